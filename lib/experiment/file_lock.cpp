// file_lock.cpp: see file_lock.h.
#include "experiment/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>

namespace steepest::experiment {
namespace {

std::runtime_error not_locked(const std::filesystem::path& file) {
  return std::runtime_error("the lock " + file.filename().string() + " could not be had (" + std::strerror(errno) + ")");
}

}  // namespace

FileLock::FileLock(const std::filesystem::path& file) : file_(file) {
  std::error_code failed;
  std::filesystem::create_directories(file.parent_path(), failed);  // what fails here fails the opening as well, which tells the cause
  descriptor_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor_ < 0) throw not_locked(file_);
}

FileLock::~FileLock() { ::close(descriptor_); }

bool FileLock::try_to_hold() {
  while (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return false;
    if (errno != EINTR) throw not_locked(file_);
  }
  return true;
}

}  // namespace steepest::experiment
