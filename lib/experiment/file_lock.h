// file_lock.h: work that one process does while the others wait for it.
#pragma once
#include <filesystem>

namespace steepest::experiment {

/// An exclusive lock by way of a file, which is made and stays. The kernel releases it when its holder ends, however it ends.
class FileLock {
 public:
  /// Throws std::runtime_error with the cause where the file can neither be opened nor made.
  explicit FileLock(const std::filesystem::path& file);
  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

  /// True: held from now until the end of this object. False: another holds it. Throws std::runtime_error where the file system has no
  /// locks.
  bool try_to_hold();

 private:
  std::filesystem::path file_;
  int descriptor_;
};

}  // namespace steepest::experiment
