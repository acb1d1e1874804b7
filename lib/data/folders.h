// folders.h: where corpora, weights and checkpoints are looked for. No LibTorch.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace steepest::data {

/// Folders, looked into one after another.
class Folders {
 public:
  Folders() = default;
  Folders(std::filesystem::path folder) : all_{std::move(folder)} {}  // one folder serves wherever several would
  Folders(const char* folder) : Folders(std::filesystem::path(folder)) {}
  explicit Folders(std::vector<std::filesystem::path> all) : all_(std::move(all)) {}

  const std::vector<std::filesystem::path>& all() const { return all_; }
  bool empty() const { return all_.empty(); }
  /// The file or folder of this name in the first that has it; in the first of all where none has.
  std::filesystem::path find(const std::string& name) const;
  /// Looked into before the others, unless it is among them.
  void put_first(const std::filesystem::path& folder);
  /// Each absolute; one that cannot be, since the current folder was deleted, stays as it is.
  Folders absolute() const;
  /// As STEEPEST_DATA_DIR has them, with a colon between two; and as a message does, with "nor in".
  std::string text() const;
  std::string listed() const;

 private:
  std::vector<std::filesystem::path> all_;
};

/// Those that STEEPEST_DATA_DIR lists, with colons between them, and then `root`/data.
Folders data_folders(const std::filesystem::path& root);

}  // namespace steepest::data
