// temporary_tree.h: a folder of configuration files that a test writes and that vanishes with it.
#pragma once
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

namespace steepest::hydra {

using Files = std::map<std::string, std::string>;

class TemporaryTree {
 public:
  explicit TemporaryTree(const Files& files) {
    static std::atomic<int> count{0};
    root_ = std::filesystem::temp_directory_path() / ("steepest_config_" + std::to_string(::getpid()) + "_" + std::to_string(count++));
    std::filesystem::create_directories(root_);
    for (const auto& [name, content] : files) {
      std::filesystem::create_directories((root_ / name).parent_path());
      std::ofstream(root_ / name) << content;
    }
  }
  ~TemporaryTree() {
    std::error_code ignored;
    std::filesystem::remove_all(root_, ignored);
  }
  TemporaryTree(const TemporaryTree&) = delete;
  TemporaryTree& operator=(const TemporaryTree&) = delete;

  const std::filesystem::path& path() const { return root_; }

 private:
  std::filesystem::path root_;
};

}  // namespace steepest::hydra
