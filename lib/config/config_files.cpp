// config_files.cpp: reading and listing below one directory, with a cache so that many compositions cost few reads.
#include "config/config_files.h"

#include <algorithm>

namespace steepest::config {
namespace fs = std::filesystem;

ConfigFiles::ConfigFiles(fs::path directory) : directory_(std::move(directory)) {}

const YamlFile* ConfigFiles::load(const std::string& path) const {
  const std::lock_guard lock(mutex_);
  const auto known = files_.find(path);
  if (known != files_.end()) return known->second.get();
  const bool ends = path.size() > 5 && path.compare(path.size() - 5, 5, ".yaml") == 0;
  const fs::path file = directory_ / (ends ? path : path + ".yaml");
  std::error_code ignored;
  std::unique_ptr<const YamlFile> read;
  if (fs::is_regular_file(file, ignored)) read = std::make_unique<const YamlFile>(read_yaml(file, shown(path)));
  return files_.emplace(path, std::move(read)).first->second.get();
}

bool ConfigFiles::group_exists(const std::string& group) const {
  const std::lock_guard lock(mutex_);
  const auto known = groups_.find(group);
  if (known != groups_.end()) return known->second;
  std::error_code ignored;
  const bool exists = fs::is_directory(directory_ / group, ignored);
  groups_.emplace(group, exists);
  return exists;
}

std::vector<std::string> ConfigFiles::list(const std::string& group, bool folders) const {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(directory_ / group, error)) {
    if (folders && entry.is_directory(error)) names.push_back(entry.path().filename().string());
    if (!folders && entry.is_regular_file(error) && entry.path().extension() == ".yaml") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string ConfigFiles::shown(const std::string& path) const {
  std::error_code error;
  const fs::path file = directory_ / (path + ".yaml");
  const fs::path relative = fs::proximate(file, error);
  const bool below = !error && !relative.empty() && *relative.begin() != "..";
  return (below ? relative : file).lexically_normal().string();
}

}  // namespace steepest::config
