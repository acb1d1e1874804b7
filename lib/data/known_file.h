// known_file.h: files of the data directory that are no corpora, each known by its checksum. No LibTorch.
#pragma once
#include <filesystem>
#include <map>
#include <string>

#include "data/data_options.h"
#include "data/folders.h"

namespace steepest::data {

/// Fills in the checksums that the runs of a plan leave open. Each file is read once, so that all of them name the same content.
class KnownFiles {
 public:
  explicit KnownFiles(Folders folders) : folders_(std::move(folders)) {}
  /// Throws InputError, with the key `file`, where the file is missing. Where a checksum is given nothing is read.
  void complete(FileOptions& options);

 private:
  Folders folders_;
  std::map<std::string, std::string> checksums_;  // by file
};

/// The path of a file whose content is as its options say. Throws InputError, with the key `file`, if it is missing or another than its
/// checksum says. Reads it once.
std::filesystem::path checked_file(const FileOptions& options, const Folders& folders);

}  // namespace steepest::data
