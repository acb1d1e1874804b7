// standard_streams.cpp: see standard_streams.h.
#include "output/standard_streams.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "options/error.h"

namespace steepest::output {
namespace {

/// Whether the caller wanted SIGPIPE ignored: then a reader that has left is an error like any other.
bool ignored_by_caller = false;

}  // namespace

void prepare_standard_streams() {
  for (const int number : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(number, F_GETFD) >= 0 || errno != EBADF) continue;
    // The lowest free number is `number` itself, since those below it are taken.
    if (open("/dev/null", number == STDIN_FILENO ? O_WRONLY : O_RDONLY) < 0) return;
  }
  ignored_by_caller = signal(SIGPIPE, SIG_IGN) == SIG_IGN;
}

void tell(std::FILE* stream, const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stream);
  std::fflush(stream);
}

void standard_output_failed(int error) {
  if (error == EPIPE && !ignored_by_caller) {
    signal(SIGPIPE, SIG_DFL);
    raise(SIGPIPE);
  }
  throw options::InputError(std::string("standard output cannot be written (") + std::strerror(error) + ")");
}

void print(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) standard_output_failed(errno);
}

void flush() {
  if (std::fflush(stdout) != 0) standard_output_failed(errno);
}

}  // namespace steepest::output
