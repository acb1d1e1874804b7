// node_folder.cpp: see node_folder.h.
#include "shard/node_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "options/error.h"

namespace steepest::shard {
namespace {

namespace fs = std::filesystem;

constexpr const char* kStem = "steepest-shard-";
constexpr const char* kLock = "lock";

fs::path parent() {
  const char* given = std::getenv("SLURM_TMPDIR");
  std::error_code failed;
  return given != nullptr && *given != '\0' ? fs::path(given) : fs::temp_directory_path(failed);
}

/// A descriptor that holds the folder's lock; -1: another process does, or there is none to hold.
int lock(const fs::path& folder, int flags) {
  const int descriptor = ::open((folder / kLock).c_str(), O_RDWR | O_CLOEXEC | flags, 0600);
  if (descriptor < 0 || ::flock(descriptor, LOCK_EX | LOCK_NB) == 0) return descriptor;
  ::close(descriptor);
  return -1;
}

void remove_abandoned(const fs::path& among) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(among, ignored)) {
    if (entry.path().filename().string().rfind(kStem, 0) != 0) continue;
    const int descriptor = lock(entry.path(), 0);
    if (descriptor < 0) continue;
    fs::remove_all(entry.path(), ignored);
    ::close(descriptor);
  }
}

}  // namespace

NodeFolder::NodeFolder() {
  const fs::path among = parent();
  remove_abandoned(among);
  // Between the making of a folder and its lock another job may take it for an abandoned one and remove it: then one more is made.
  for (int tries = 0; lock_ < 0 && tries < 3; ++tries) {
    std::string name = (among / (std::string(kStem) + "XXXXXX")).string();
    if (mkdtemp(name.data()) == nullptr) break;
    path_ = name;
    lock_ = lock(path_, O_CREAT);
    std::error_code ignored;
    if (lock_ >= 0 && !fs::exists(path_ / kLock, ignored)) ::close(std::exchange(lock_, -1));
  }
  if (lock_ < 0)
    throw options::InputError({"TMPDIR",
                               "no folder of its own can be made and locked in " + among.string() + " (" + std::strerror(errno) + ")",
                               "a folder on this machine's own disk", "", "", 0});
}

NodeFolder::~NodeFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
  if (lock_ >= 0) ::close(lock_);
}

}  // namespace steepest::shard
