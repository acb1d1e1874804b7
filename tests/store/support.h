// support.h: what the tests of the store share: a folder that goes again, a planned study, children that do one thing.
#pragma once
#include <fcntl.h>
#include <grp.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <string>

#include "options/error.h"
#include "store/claiming.h"
#include "store/schema.h"
#include "store/whole_file.h"

namespace steepest::store::testing {

namespace fs = std::filesystem;

/// A fresh folder that every user may enter and write to; gone with its owner.
class Folder {
 public:
  explicit Folder(const fs::path& parent = fs::temp_directory_path()) {
    std::string name = (parent / "steepest_store_XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = name;
    chmod(path_.c_str(), 0777);
  }
  ~Folder() {
    std::error_code ignored;
    fs::permissions(path_, fs::perms::owner_all, ignored);
    fs::remove_all(path_, ignored);
  }
  fs::path operator/(const std::string& name) const { return path_ / name; }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

/// Memory where there is such a place: for tests that open hundreds of files and whose subject is not the disk.
inline fs::path in_memory() { return access("/dev/shm", W_OK) == 0 ? fs::path("/dev/shm") : fs::temp_directory_path(); }

inline std::string contents(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// The message of the InputError that `body` throws; anything else fails the test.
inline std::string message_of(const std::function<void()>& body) {
  try {
    body();
  } catch (const options::InputError& error) { return error.what(); } catch (const std::exception& error) {
    ADD_FAILURE() << "not an InputError: " << error.what();
    return "";
  }
  ADD_FAILURE() << "nothing was thrown";
  return "";
}

/// Starts `body` in a child; its return value is the exit status, an exception is 99.
inline pid_t start_child(const std::function<int()>& body) {
  const pid_t child = fork();
  if (child != 0) return child;
  int status = 99;
  try {
    status = body();
  } catch (const std::exception& error) { fprintf(stderr, "child: %s\n", error.what()); }
  _exit(status);
}

inline int exit_status(pid_t child) {
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/// The message of the InputError that `body` throws in a child process, where permissions bind even if the tests run as root.
inline std::string message_as_plain_user(const std::function<void()>& body) {
  int ends[2];
  if (pipe(ends) != 0) throw std::runtime_error("no pipe");
  const pid_t child = start_child([&] {
    constexpr unsigned kNobody = 65534;
    if (geteuid() == 0 && (setgroups(0, nullptr) != 0 || setgid(kNobody) != 0 || setuid(kNobody) != 0)) return 98;
    try {
      body();
    } catch (const options::InputError& error) {
      const std::string text = error.what();
      return write(ends[1], text.data(), text.size()) == static_cast<ssize_t>(text.size()) ? 0 : 97;
    }
    return 96;
  });
  close(ends[1]);
  std::string text;
  char buffer[4096];
  for (ssize_t n; (n = read(ends[0], buffer, sizeof buffer)) > 0;) text.append(buffer, static_cast<std::size_t>(n));
  close(ends[0]);
  EXPECT_EQ(exit_status(child), 0) << "96: nothing was thrown; 98: could not become a plain user";
  return text;
}

/// Renews nothing: every run keeps its identity, as one of its version of the suite.
inline RenewedRun kept(const std::string& identity, const nlohmann::json&, int suite_version) {
  return {identity, "family", {{"suite", suite_version}}, nlohmann::json::object(), {}};
}

inline NewRun new_run(int number, double flops = 1e9) {
  NewRun run;
  run.identity = "identity-" + std::to_string(number);
  run.config = {{"seed", number}, {"model", {{"rank", 8}}}, {"training", {{"steps", 100}}}};
  run.seed = number;
  run.numerics = {{"data", 1}};
  run.family = "family";
  run.observes = {{"training.log_every", 8}};
  run.flops = flops;
  run.steps = 100;
  return run;
}

/// A study "transfer" with `count` runs at scale "quick", the first the costliest. Returns the study's id.
inline std::int64_t plan(WholeFile& database, int count) {
  const std::int64_t study = database.planner.put_study("transfer", "a title", {{"report", {{"kind", "best_rate"}}}});
  database.planner.transaction([&] {
    for (int i = 0; i < count; ++i) {
      const std::int64_t run = database.planner.put_run(new_run(i, 1e9 * (count - i)));
      database.planner.tie(study, run, "quick", {{"model.rank", 8}}, i);
    }
  });
  return study;
}

/// Opens a file that is there, without changing its schema.
inline void open_as_it_is(const fs::path& path, bool to_write) {
  if (to_write) WritableFile file(path, Access::read_write);
  else ReadOnlyFile file(path);
}

/// One number from the user's own SQL.
inline double number(const Reader& database, const std::string& sql) { return std::stod(database.query(sql).rows.at(0).at(0)); }

inline std::string text(const Reader& database, const std::string& sql) { return database.query(sql).rows.at(0).at(0); }

}  // namespace steepest::store::testing
