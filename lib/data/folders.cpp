// folders.cpp: see folders.h.
#include "data/folders.h"

#include <algorithm>
#include <cstdlib>
#include <sstream>

namespace steepest::data {
namespace {

std::string joined(const std::vector<std::filesystem::path>& all, const char* between) {
  std::string text;
  for (const auto& folder : all) text += (text.empty() ? "" : between) + folder.string();
  return text;
}

}  // namespace

std::filesystem::path Folders::find(const std::string& name) const {
  std::error_code ignored;
  for (const auto& folder : all_) {
    if (std::filesystem::exists(folder / name, ignored)) return folder / name;
  }
  return all_.empty() ? std::filesystem::path(name) : all_.front() / name;
}

void Folders::put_first(const std::filesystem::path& folder) {
  if (std::find(all_.begin(), all_.end(), folder) == all_.end()) all_.insert(all_.begin(), folder);
}

Folders Folders::absolute() const {
  Folders result;
  for (const auto& folder : all_) {
    std::error_code deleted;
    const auto whole = std::filesystem::absolute(folder, deleted);
    result.all_.push_back(deleted ? folder : whole);
  }
  return result;
}

std::string Folders::text() const { return joined(all_, ":"); }

std::string Folders::listed() const { return joined(all_, " nor in "); }

Folders data_folders(const std::filesystem::path& root) {
  std::vector<std::filesystem::path> all;
  const char* given = std::getenv("STEEPEST_DATA_DIR");
  std::istringstream list(given == nullptr ? "" : given);
  for (std::string folder; std::getline(list, folder, ':');) {
    if (!folder.empty()) all.emplace_back(folder);
  }
  if (std::find(all.begin(), all.end(), root / "data") == all.end()) all.push_back(root / "data");
  return Folders(all);
}

}  // namespace steepest::data
