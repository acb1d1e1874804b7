// archive_file.cpp: see archive_file.h.
#include "experiment/archive_file.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <string>

#include "digest/sha256.h"
#include "options/error.h"

namespace steepest::experiment {
namespace {

namespace fs = std::filesystem;
constexpr const char* kDraft = ".draft";
constexpr const char* kSeal = "\nsteepest checkpoint 1, sha256 ";  // between the archive and the digest of its bytes

std::string seal(digest::Sha256& digest) { return kSeal + digest.hexadecimal() + "\n"; }

const std::size_t kSealSize = std::strlen(kSeal) + 65;

/// Throws std::runtime_error with the system's cause.
std::string bytes_of(const fs::path& file) {
  const auto refuse = [&] { throw std::runtime_error("it cannot be read (" + std::string(std::strerror(errno)) + ")"); };
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) refuse();
  const std::unique_ptr<const int, void (*)(const int*)> closed(&descriptor, [](const int* open) { ::close(*open); });
  std::string bytes;
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) refuse();
  bytes.resize(static_cast<std::size_t>(status.st_size));
  for (std::size_t done = 0; done < bytes.size();) {
    const ssize_t n = ::read(descriptor, bytes.data() + done, bytes.size() - done);
    if (n < 0 && errno != EINTR) refuse();
    if (n == 0) bytes.resize(done);
    if (n > 0) done += static_cast<std::size_t>(n);
  }
  return bytes;
}

/// A file being written; gone again unless it was moved to its place.
class Draft {
 public:
  explicit Draft(fs::path path)
      : path_(std::move(path)), descriptor_(::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644)) {
    if (descriptor_ < 0) error_ = errno;
  }
  ~Draft() {
    if (descriptor_ >= 0) ::close(descriptor_);
    if (!moved_) ::unlink(path_.c_str());
  }
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;

  /// Always `size`, also after an error, which is kept: LibTorch's writer would throw in its destructor, and so end the process.
  std::size_t write(const void* data, std::size_t size) {
    for (std::size_t done = 0; error_ == 0 && done < size;) {
      const ssize_t n = ::write(descriptor_, static_cast<const char*>(data) + done, size - done);
      if (n >= 0) done += static_cast<std::size_t>(n);
      else if (errno != EINTR) error_ = errno;
    }
    return size;
  }
  void move_to(const fs::path& file) {
    if (error_ == 0 && ::fsync(descriptor_) != 0) error_ = errno;
    if (error_ == 0 && ::rename(path_.c_str(), file.c_str()) != 0) error_ = errno;
    moved_ = error_ == 0;
  }
  int error() const { return error_; }

 private:
  fs::path path_;
  int descriptor_;
  int error_ = 0;
  bool moved_ = false;
};

}  // namespace

namespace {

/// A draft beside the file that `write` fills, moved to its place.
template <class Write>
void replace(const fs::path& file, const char* what, Write&& write) {
  std::error_code failed;
  fs::create_directories(file.parent_path(), failed);                      // what fails here fails the draft as well, which tells the cause
  Draft draft(file.string() + "." + std::to_string(::getpid()) + kDraft);  // workers that share a base may write it at the same time
  write(draft);
  draft.move_to(file);
  if (draft.error() != 0) {
    throw options::InputError(std::string("the ") + what + " " + file.filename().string() + " could not be written (" +
                              std::strerror(draft.error()) + "); the one before it is untouched. Make room in " +
                              file.parent_path().string() + " (a folder that you can write to), then the same command continues");
  }
}

}  // namespace

void replace_file(const fs::path& file, torch::serialize::OutputArchive& archive) {
  replace(file, "checkpoint", [&](Draft& draft) {
    digest::Sha256 digest;
    archive.save_to([&](const void* data, std::size_t size) {
      digest.add(data, size);
      return draft.write(data, size);
    });
    const std::string end = seal(digest);
    draft.write(end.data(), end.size());
  });
}

void replace_file(const fs::path& file, std::string_view bytes) {
  replace(file, "adapter", [&](Draft& draft) { draft.write(bytes.data(), bytes.size()); });
}

torch::serialize::InputArchive read_file(const fs::path& file, at::Device device) {
  const std::string bytes = bytes_of(file);
  // LibTorch tells a damaged archive and a lack of memory by the same exceptions; bytes that are as they were written are not damaged.
  const std::size_t size = bytes.size() - std::min(bytes.size(), kSealSize);
  digest::Sha256 digest;
  digest.add(bytes.data(), size);
  if (bytes.compare(size, std::string::npos, seal(digest)) != 0) throw UnusableFile("it is not as it was written");
  torch::serialize::InputArchive archive;
  archive.load_from(bytes.data(), size, device);
  return archive;
}

void remove_stale_drafts(const fs::path& folder) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    const fs::path& path = entry.path();
    if (path.extension() != kDraft) continue;
    const std::string process = path.stem().extension().string();  // NAME.pt.PID.draft
    const int pid = process.size() > 1 ? std::atoi(process.c_str() + 1) : 0;
    if (pid > 0 && ::kill(pid, 0) != 0 && errno == ESRCH) fs::remove(path, ignored);
  }
}

c10::IValue read_value(torch::serialize::InputArchive& archive, const char* key) {
  c10::IValue value;
  archive.read(key, value);
  return value;
}

}  // namespace steepest::experiment
