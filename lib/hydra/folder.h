// folder.h: the text files of a configuration, on the disk or, for tests that compose very many, in memory.
#pragma once
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace steepest::hydra {

/// Paths are relative to the folder, with `/` between their parts.
class Folder {
 public:
  virtual ~Folder() = default;
  /// The text of a file; nothing if there is none. Throws InputError if it cannot be read.
  virtual std::optional<std::string> read(const std::string& file) const = 0;
  virtual bool has_folder(const std::string& path) const = 0;
  /// Names of the files in a folder, or of its folders, sorted. "" is the folder itself.
  virtual std::vector<std::string> list(const std::string& path, bool folders) const = 0;
  /// How a file is called in messages.
  virtual std::string shown(const std::string& file) const = 0;
};

class DiskFolder : public Folder {
 public:
  explicit DiskFolder(std::filesystem::path root) : root_(std::move(root)) {}
  std::optional<std::string> read(const std::string& file) const override;
  bool has_folder(const std::string& path) const override;
  std::vector<std::string> list(const std::string& path, bool folders) const override;
  std::string shown(const std::string& file) const override;

 private:
  std::filesystem::path root_;
};

class MemoryFolder : public Folder {
 public:
  explicit MemoryFolder(std::map<std::string, std::string> files) : files_(std::move(files)) {}
  std::optional<std::string> read(const std::string& file) const override;
  bool has_folder(const std::string& path) const override;
  std::vector<std::string> list(const std::string& path, bool folders) const override;
  std::string shown(const std::string& file) const override { return file; }

 private:
  std::map<std::string, std::string> files_;
};

}  // namespace steepest::hydra
