// folder.cpp: see folder.h.
#include "hydra/folder.h"

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

#include "options/error.h"

namespace steepest::hydra {
namespace fs = std::filesystem;

std::optional<std::string> DiskFolder::read(const std::string& file) const {
  std::error_code ignored;
  if (!fs::is_regular_file(root_ / file, ignored)) return std::nullopt;
  std::ifstream stream(root_ / file, std::ios::binary);
  std::stringstream text;
  if (stream && stream.peek() != std::ifstream::traits_type::eof()) text << stream.rdbuf();
  if (stream.bad() || !stream.is_open()) throw options::InputError({"", "cannot be read", "", "", shown(file), 0});
  return text.str();
}

bool DiskFolder::has_folder(const std::string& path) const {
  std::error_code ignored;
  return fs::is_directory(root_ / path, ignored);
}

std::vector<std::string> DiskFolder::list(const std::string& path, bool folders) const {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(root_ / path, error)) {
    if (folders ? entry.is_directory(error) : entry.is_regular_file(error)) names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string DiskFolder::shown(const std::string& file) const {
  std::error_code deleted, error;  // the current folder may be
  const fs::path path = root_ / file, here = fs::current_path(deleted);
  const fs::path relative = deleted ? path : fs::proximate(path, here, error);
  const bool below = !error && !relative.empty() && *relative.begin() != "..";
  return (below ? relative : path).lexically_normal().string();
}

std::optional<std::string> MemoryFolder::read(const std::string& file) const {
  const auto found = files_.find(file);
  return found == files_.end() ? std::nullopt : std::optional(found->second);
}

bool MemoryFolder::has_folder(const std::string& path) const {
  const auto below = files_.lower_bound(path + "/");
  return path.empty() || (below != files_.end() && below->first.rfind(path + "/", 0) == 0);
}

std::vector<std::string> MemoryFolder::list(const std::string& path, bool folders) const {
  const std::string start = path.empty() ? "" : path + "/";
  std::set<std::string> names;
  for (const auto& [file, text] : files_) {
    if (file.rfind(start, 0) != 0) continue;
    const std::size_t slash = file.find('/', start.size());
    if (folders == (slash != std::string::npos)) names.insert(file.substr(start.size(), slash - start.size()));
  }
  return {names.begin(), names.end()};
}

}  // namespace steepest::hydra
