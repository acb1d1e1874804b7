// support.h: folders of a test, checkpoints that are kept for tests, and complaints.
#pragma once
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "options/error.h"

namespace steepest::weights::testing {

/// Made by tests/weights/make_data.py: plain, tied, adapter.
inline std::filesystem::path kept(const std::string& name) {
  return std::filesystem::path(STEEPEST_SOURCE_DIR) / "tests" / "weights" / "data" / name;
}

inline nlohmann::json json_in(const std::filesystem::path& file) {
  std::ifstream stream(file);
  return nlohmann::json::parse(stream);
}

/// A folder that is gone when the test is over.
class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "steepest_weights_XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path put(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name, std::ios::binary) << text;
    return path_ / name;
  }
  /// A copy of what is kept under `name`, to be damaged.
  const std::filesystem::path& copy(const std::string& name) const {
    std::filesystem::copy(kept(name), path_, std::filesystem::copy_options::recursive);
    return path_;
  }

 private:
  std::filesystem::path path_;
};

inline std::string text_in(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// What `body` complains of; empty: it does not.
template <class Body>
std::string complaint(Body&& body) {
  try {
    body();
  } catch (const options::InputError& error) { return error.what(); }
  return {};
}

}  // namespace steepest::weights::testing
