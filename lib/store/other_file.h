// other_file.h: another workplace's file, which is only read and stays as it is, whatever its schema.
#pragma once
#include <filesystem>
#include <optional>

#include "store/file.h"

namespace steepest::store {

class OtherFile {
 public:
  /// Opens the file, or, if its schema is older, a copy in the folder for temporary files, upgraded and removed again with this object.
  /// Throws InputError like ReadOnlyFile.
  OtherFile(const std::filesystem::path& path, const Renewal& renewal);
  ~OtherFile();
  OtherFile(const OtherFile&) = delete;
  OtherFile& operator=(const OtherFile&) = delete;

  Reader reader() const { return file_->reader(); }

 private:
  std::filesystem::path folder_;  ///< of the copy; empty: there is none
  std::optional<ReadOnlyFile> file_;
};

}  // namespace steepest::store
