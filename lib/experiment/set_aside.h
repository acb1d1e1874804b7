// set_aside.h: where files go that nobody can use. No LibTorch.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace steepest::experiment {

/// The names beside `file` under which it may be set aside: three, so that a failing disk does not fill up with them. The last is used
/// again.
inline std::vector<std::filesystem::path> names_aside(const std::filesystem::path& file) {
  std::vector<std::filesystem::path> names;
  for (const char* number : {"1", "2", "3"}) names.push_back(file.string() + ".set-aside-" + number);
  return names;
}

}  // namespace steepest::experiment
