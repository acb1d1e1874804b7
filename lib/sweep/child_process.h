// child_process.h: one child process that writes to a log, and programs that are asked one question.
#pragma once
#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "sweep/exit_state.h"

namespace steepest::sweep {

/// A child in a process group of its own (a Ctrl-C at the terminal reaches only us; we decide what the child is told) that
/// gets SIGTERM when its parent dies. Its standard output and error are appended to `log`. The destructor kills and reaps
/// a child that still lives.
class ChildProcess {
 public:
  /// `environment`: `NAME=value` entries that replace or extend ours. Throws std::runtime_error if no process can be made.
  ChildProcess(const std::filesystem::path& program, const std::vector<std::string>& arguments, const std::vector<std::string>& environment,
               const std::filesystem::path& log);
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  pid_t pid() const { return pid_; }
  /// Set once the child has ended; reaps it.
  std::optional<ExitState> poll();
  void send(int signal);
  /// The last lines, at most `lines`, that this child wrote to its log; without the line feed at the end.
  std::string last_lines(std::size_t lines) const;

 private:
  pid_t pid_ = -1;
  std::filesystem::path log_;
  std::uintmax_t log_start_ = 0;
  std::optional<ExitState> ended_;
};

/// The processes of this user that run a program of this name and were started with these arguments, one after the other.
std::vector<pid_t> processes_of(const std::filesystem::path& program, const std::vector<std::string>& arguments);

/// What a program printed to its standard output, for questions such as `steepest-worker --probe`.
struct Answer {
  ExitState state;
  bool timed_out = false;
  std::string output, errors;
};

/// Runs a program to its end, or kills it after `timeout`. `environment` as of ChildProcess. Throws std::runtime_error if no process can be made; a program that
/// cannot be executed ends with status 127.
Answer ask_program(const std::filesystem::path& program, const std::vector<std::string>& arguments,
                   std::chrono::milliseconds timeout = std::chrono::seconds(60), const std::vector<std::string>& environment = {});

}  // namespace steepest::sweep
