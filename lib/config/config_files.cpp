// config_files.cpp: reading and listing in one folder, with a cache so that many compositions cost few reads.
#include "config/config_files.h"

#include <algorithm>

namespace steepest::config {

const YamlFile* ConfigFiles::load(const std::string& path) const {
  const std::lock_guard lock(mutex_);
  const auto known = files_.find(path);
  if (known != files_.end()) return known->second.get();
  const bool ends = path.size() > 5 && path.compare(path.size() - 5, 5, ".yaml") == 0;
  const auto text = folder_->read(ends ? path : path + ".yaml");
  return files_.emplace(path, text ? std::make_unique<const YamlFile>(parse_yaml(*text, shown(path))) : nullptr).first->second.get();
}

bool ConfigFiles::group_exists(const std::string& group) const {
  const std::lock_guard lock(mutex_);
  const auto known = groups_.find(group);
  if (known != groups_.end()) return known->second;
  return groups_.emplace(group, folder_->has_folder(group)).first->second;
}

std::vector<std::string> ConfigFiles::list(const std::string& group, bool folders) const {
  const std::lock_guard lock(mutex_);
  const auto known = lists_.find({group, folders});
  if (known != lists_.end()) return known->second;
  std::vector<std::string> names = folder_->list(group, folders);
  if (!folders) {
    const auto is_other = [](const std::string& name) { return name.size() < 5 || name.compare(name.size() - 5, 5, ".yaml") != 0; };
    names.erase(std::remove_if(names.begin(), names.end(), is_other), names.end());
    for (std::string& name : names) name.resize(name.size() - 5);
    std::sort(names.begin(), names.end());  // `a-b.yaml` stands before `a.yaml`, `a` before `a-b`
  }
  return lists_.emplace(std::pair(group, folders), std::move(names)).first->second;
}

}  // namespace steepest::config
