// config_files.h: the folder of configuration files: what groups and options there are, each file read once.
#pragma once
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "config/yaml_tree.h"

namespace steepest::config {

class ConfigFiles {
 public:
  explicit ConfigFiles(std::filesystem::path directory);

  const std::filesystem::path& directory() const { return directory_; }
  /// A file by its path without `.yaml` ("optimizer/muon"); null if there is none. Throws InputError if it is malformed.
  const YamlFile* load(const std::string& path) const;
  bool group_exists(const std::string& group) const;
  /// Names of the files (or, with `folders`, of the folders) in a group, sorted. "" is the root.
  std::vector<std::string> list(const std::string& group, bool folders) const;
  /// How a file is called in messages.
  std::string shown(const std::string& path) const;

 private:
  std::filesystem::path directory_;
  mutable std::mutex mutex_;
  mutable std::map<std::string, std::unique_ptr<const YamlFile>> files_;
  mutable std::map<std::string, bool> groups_;
};

}  // namespace steepest::config
