// config_files.h: the folder of configuration files: what groups and options there are, each file read once.
#pragma once
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "config/folder.h"
#include "config/yaml_tree.h"

namespace steepest::config {

class ConfigFiles {
 public:
  explicit ConfigFiles(std::unique_ptr<const Folder> folder) : folder_(std::move(folder)) {}

  /// A file by its path without `.yaml` ("optimizer/muon"); null if there is none. Throws InputError if it is malformed.
  const YamlFile* load(const std::string& path) const;
  bool group_exists(const std::string& group) const;
  /// Names of the files without `.yaml` (or, with `folders`, of the folders) in a group, sorted. "" is the root.
  std::vector<std::string> list(const std::string& group, bool folders) const;
  /// How a file is called in messages.
  std::string shown(const std::string& path) const { return folder_->shown(path + ".yaml"); }

 private:
  std::unique_ptr<const Folder> folder_;
  mutable std::mutex mutex_;
  mutable std::map<std::string, std::unique_ptr<const YamlFile>> files_;
  mutable std::map<std::string, bool> groups_;
  mutable std::map<std::pair<std::string, bool>, std::vector<std::string>> lists_;
};

}  // namespace steepest::config
