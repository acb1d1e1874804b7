// child_process.cpp: see child_process.h.
#include "sweep/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <stdexcept>

extern char** environ;

namespace steepest::sweep {
namespace {

/// Arguments and environment are laid out before the fork: after it only async-signal-safe calls are allowed.
struct Image {
  std::vector<std::string> arguments, environment;
  std::vector<char*> argv, envp;
  bool folder_deleted = false;  ///< the current one, which MKL asks for before main(), and ends the process

  Image(const std::filesystem::path& program, const std::vector<std::string>& rest, const std::vector<std::string>& extra) {
    arguments.push_back(program.string());
    arguments.insert(arguments.end(), rest.begin(), rest.end());
    for (char** entry = environ; *entry != nullptr; ++entry) {
      const std::string text = *entry;
      const auto name = text.substr(0, text.find('=') + 1);
      bool replaced = false;
      for (const auto& item : extra) replaced = replaced || item.compare(0, name.size(), name) == 0;
      if (!replaced) environment.push_back(text);
    }
    environment.insert(environment.end(), extra.begin(), extra.end());
    for (auto& item : arguments) argv.push_back(item.data());
    for (auto& item : environment) envp.push_back(item.data());
    argv.push_back(nullptr);
    envp.push_back(nullptr);
    std::error_code failed;
    folder_deleted = std::filesystem::current_path(failed).empty();
  }
};

[[noreturn]] void become(Image& image, int input, int output, int errors, pid_t parent) {
  sigset_t none;
  sigemptyset(&none);
  // SIGTERM is how we tell a worker to stop, whatever our caller ignores; what it ignores of SIGINT and SIGHUP stays ignored.
  for (const int signal : {SIGTERM, SIGPIPE, SIGCHLD}) ::signal(signal, SIG_DFL);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() != parent) _exit(1);  // the parent died before the line above took effect
  dup2(input, STDIN_FILENO);
  dup2(output, STDOUT_FILENO);
  dup2(errors, STDERR_FILENO);
  if (image.folder_deleted && chdir("/") != 0) _exit(1);
  execve(image.argv[0], image.argv.data(), image.envp.data());
  const char* reason = std::strerror(errno);
  for (const char* part : {"cannot execute ", static_cast<const char*>(image.argv[0]), ": ", reason, "\n"}) {
    if (write(STDERR_FILENO, part, std::strlen(part)) < 0) break;
  }
  _exit(127);
}

ExitState state_of(int status) {
  if (WIFSIGNALED(status)) return {0, WTERMSIG(status)};
  return {WEXITSTATUS(status), 0};
}

class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  ~Descriptor() { close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return value_; }
  void close() {
    if (value_ >= 0) ::close(value_);
    value_ = -1;
  }

 private:
  int value_;
};

int opened(const std::filesystem::path& path, int flags) {
  const int result = open(path.c_str(), flags | O_CLOEXEC, 0644);
  if (result < 0) throw std::runtime_error("cannot open " + path.string() + ": " + std::strerror(errno));
  return result;
}

}  // namespace

ChildProcess::ChildProcess(const std::filesystem::path& program, const std::vector<std::string>& arguments,
                           const std::vector<std::string>& environment, const std::filesystem::path& log)
    : log_(log) {
  std::filesystem::create_directories(log.parent_path());
  Descriptor input(opened("/dev/null", O_RDONLY));
  Descriptor output(opened(log, O_WRONLY | O_CREAT | O_APPEND));
  log_start_ = std::filesystem::file_size(log);
  Image image(program, arguments, environment);
  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ < 0) throw std::runtime_error(std::string("cannot start a process: ") + std::strerror(errno));
  if (pid_ == 0) become(image, input.get(), output.get(), output.get(), parent);
  setpgid(pid_, pid_);  // also done by the child; whoever comes first
}

ChildProcess::~ChildProcess() {
  if (ended_) return;
  send(SIGKILL);
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {}
}

std::optional<ExitState> ChildProcess::poll() {
  if (ended_) return ended_;
  int status = 0;
  if (waitpid(pid_, &status, WNOHANG) == pid_) ended_ = state_of(status);
  return ended_;
}

void ChildProcess::send(int signal) {
  if (!ended_) kill(pid_, signal);
}

std::string ChildProcess::last_lines(std::size_t lines) const {
  constexpr std::uintmax_t kMost = 16384;
  std::ifstream file(log_, std::ios::binary | std::ios::ate);
  if (!file) return {};
  const auto end = static_cast<std::uintmax_t>(file.tellg());
  if (end <= log_start_) return {};
  const auto start = std::max(log_start_, end > kMost ? end - kMost : 0);
  std::string text(end - start, '\0');
  file.seekg(static_cast<std::streamoff>(start));
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  std::size_t at = text.size();
  for (std::size_t count = 0; count < lines; ++count) {
    const auto line_feed = text.rfind('\n', at == 0 ? 0 : at - 1);
    if (line_feed == std::string::npos || at == 0) return text;
    at = line_feed;
  }
  return text.substr(at + 1);
}

std::vector<pid_t> processes_of(const std::filesystem::path& program, const std::vector<std::string>& arguments) {
  std::vector<pid_t> found;
  std::error_code ended;  // a process may end while one looks
  for (std::filesystem::directory_iterator entry("/proc", ended), end; !ended && entry != end; entry.increment(ended)) {
    const pid_t process = std::atoi(entry->path().filename().c_str());
    struct stat owner {};
    if (process <= 0 || stat(entry->path().c_str(), &owner) != 0 || owner.st_uid != geteuid()) continue;
    std::error_code failed;
    std::string name = std::filesystem::read_symlink(entry->path() / "exe", failed).filename().string();
    const std::string gone = " (deleted)";  // what the kernel says of a program that was built anew since
    if (name.size() > gone.size() && name.compare(name.size() - gone.size(), gone.size(), gone) == 0)
      name.resize(name.size() - gone.size());
    if (failed || name != program.filename()) continue;
    std::ifstream file(entry->path() / "cmdline");
    std::vector<std::string> given;
    for (std::string argument; std::getline(file, argument, '\0');) given.push_back(argument);
    if (std::search(given.begin(), given.end(), arguments.begin(), arguments.end()) != given.end()) found.push_back(process);
  }
  return found;
}

Answer ask_program(const std::filesystem::path& program, const std::vector<std::string>& arguments, std::chrono::milliseconds timeout,
                   const std::vector<std::string>& environment) {
  int out[2], err[2];
  if (pipe2(out, O_CLOEXEC) != 0) throw std::runtime_error(std::string("cannot make a pipe: ") + std::strerror(errno));
  Descriptor out_read(out[0]), out_write(out[1]);
  if (pipe2(err, O_CLOEXEC) != 0) throw std::runtime_error(std::string("cannot make a pipe: ") + std::strerror(errno));
  Descriptor err_read(err[0]), err_write(err[1]);
  Descriptor input(opened("/dev/null", O_RDONLY));
  Image image(program, arguments, environment);
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error(std::string("cannot start a process: ") + std::strerror(errno));
  if (child == 0) become(image, input.get(), out_write.get(), err_write.get(), parent);
  out_write.close();
  err_write.close();

  Answer answer;
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  pollfd waiting[2]{{out_read.get(), POLLIN, 0}, {err_read.get(), POLLIN, 0}};
  std::string* const sinks[2]{&answer.output, &answer.errors};
  while (waiting[0].fd >= 0 || waiting[1].fd >= 0) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
    if (left <= 0) {
      answer.timed_out = true;
      break;
    }
    const int ready = ::poll(waiting, 2, static_cast<int>(left));
    if (ready < 0 && errno != EINTR) break;
    for (int i = 0; i < 2 && ready > 0; ++i) {
      if (waiting[i].fd < 0 || waiting[i].revents == 0) continue;
      char buffer[4096];
      const auto size = read(waiting[i].fd, buffer, sizeof buffer);
      if (size > 0) sinks[i]->append(buffer, static_cast<std::size_t>(size));
      else if (size == 0 || errno != EINTR) waiting[i].fd = -1;  // poll() skips negative descriptors
    }
  }
  if (answer.timed_out) kill(child, SIGKILL);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {}
  answer.state = state_of(status);
  return answer;
}

}  // namespace steepest::sweep
