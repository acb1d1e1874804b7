// write_file.cpp: see write_file.h.
#include "output/write_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <optional>
#include <streambuf>

#include "options/error.h"
#include "output/standard_streams.h"

namespace steepest::output {
namespace {

namespace fs = std::filesystem;
using options::InputError;

constexpr int kMostLinks = 40;  // the kernel's own limit

/// What went wrong, before it is known how the user called the file.
struct Failure {
  int error;
  const char* doing;
};

/// A descriptor as an output stream's buffer that remembers why a write failed.
class DescriptorBuffer : public std::streambuf {
 public:
  explicit DescriptorBuffer(int descriptor) : descriptor_(descriptor) { setp(buffer_.data(), buffer_.data() + buffer_.size()); }
  int error() const { return error_; }

 protected:
  int_type overflow(int_type c) override {
    if (sync() != 0) return traits_type::eof();
    if (!traits_type::eq_int_type(c, traits_type::eof())) sputc(traits_type::to_char_type(c));
    return traits_type::not_eof(c);
  }
  int sync() override {
    for (const char* at = pbase(); error_ == 0 && at < pptr();) {
      const ssize_t n = ::write(descriptor_, at, static_cast<std::size_t>(pptr() - at));
      if (n >= 0) at += n;
      else if (errno != EINTR) error_ = errno;
    }
    setp(buffer_.data(), buffer_.data() + buffer_.size());
    return error_ == 0 ? 0 : -1;
  }

 private:
  int descriptor_;
  int error_ = 0;
  std::array<char, 1 << 16> buffer_;
};

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {
    if (number < 0) throw Failure{errno, "cannot be written"};
  }
  ~Descriptor() { ::close(number_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }

 private:
  int number_;
};

void write_to(int descriptor, const std::function<void(std::ostream&)>& write) {
  DescriptorBuffer buffer(descriptor);
  std::ostream stream(&buffer);
  stream.exceptions(std::ios::badbit);  // ends a long export at the first byte that cannot be written
  try {
    write(stream);
    stream.flush();
  } catch (const std::ios_base::failure&) { throw Failure{buffer.error(), "could not be written to its end"}; }
}

/// N if `path` is /proc/self/fd/N, under whichever name of that folder.
std::optional<int> own_descriptor(const fs::path& path) {
  std::error_code failed;
  const fs::path folder = fs::canonical(path.parent_path(), failed);
  if (failed || folder != fs::canonical("/proc/self/fd", failed) || failed) return {};
  const std::string name = path.filename().string();
  int number = 0;
  const auto [end, problem] = std::from_chars(name.data(), name.data() + name.size(), number);
  return problem == std::errc() && end == name.data() + name.size() ? std::optional(number) : std::nullopt;
}

/// Where the links lead, up to a descriptor of this process: what the kernel calls its target is no path.
fs::path follow_links(fs::path path) {
  std::error_code failed;
  for (int i = 0; i < kMostLinks && !own_descriptor(path) && fs::is_symlink(path, failed); ++i) {
    path = path.parent_path() / fs::read_symlink(path, failed);  // an absolute target replaces the folder
    if (failed) throw Failure{failed.value(), "cannot be written"};
  }
  return path;
}

void replace(const fs::path& file, const struct stat* old, const std::function<void(std::ostream&)>& write) {
  const fs::path draft = file.string() + "." + std::to_string(getpid()) + ".draft";
  ::unlink(draft.c_str());  // of a process of the same number that was killed
  try {
    const Descriptor output(::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    if (old) {
      [[maybe_unused]] const int only_root_may = ::fchown(output.number(), old->st_uid, old->st_gid);
      if (::fchmod(output.number(), old->st_mode & 07777) != 0) throw Failure{errno, "cannot be written"};
    }
    write_to(output.number(), write);
    if (::fsync(output.number()) != 0) throw Failure{errno, "could not be written to its end"};
    if (::rename(draft.c_str(), file.c_str()) != 0) throw Failure{errno, "cannot be replaced"};
  } catch (...) {
    ::unlink(draft.c_str());
    throw;
  }
}

void write_followed(const fs::path& file, const std::function<void(std::ostream&)>& write) {
  struct stat found {};
  const bool there = ::stat(file.c_str(), &found) == 0;
  if (!there && errno != ENOENT) throw Failure{errno, "cannot be written"};
  if (!there || S_ISREG(found.st_mode)) return replace(file, there ? &found : nullptr, write);
  write_to(Descriptor(::open(file.c_str(), O_WRONLY | O_NOCTTY | O_CLOEXEC)).number(), write);
}

}  // namespace

void write_file(const std::string& path, const std::string& option, const std::function<void(std::ostream&)>& write) {
  std::optional<int> own;
  try {
    const fs::path file = follow_links(path);
    own = path == "-" ? STDOUT_FILENO : own_descriptor(file);
    if (!own) return write_followed(file, write);
    flush();
    write_to(*own, write);
  } catch (const Failure& failure) {
    if (own == STDOUT_FILENO) standard_output_failed(failure.error);
    throw InputError({option, path + " " + failure.doing + " (" + std::strerror(failure.error) + ")",
                      "a file's name in a folder that is there, a device, a pipe, or - for standard output", "", "", 0});
  }
}

}  // namespace steepest::output
