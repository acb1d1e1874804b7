// support.h: the two programs as a user calls them, each test with a database and a data folder of its own.
#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "store/claiming.h"
#include "store/whole_file.h"
#include "sweep/child_process.h"

namespace steepest::e2e {

using Words = std::vector<std::string>;
using testing::HasSubstr;
using testing::Not;

/// A study with two cells of two seeds that has been run, without a worker.
inline void store_small_study(const std::filesystem::path& path) {
  store::testing::WholeFile file(path);
  const auto study = file.planner.put_study("small", "", {});
  for (int i = 0; i < 4; ++i) {
    const auto run = file.planner.put_run({"abcdef0" + std::to_string(i), {{"x", i / 2}, {"seed", i % 2}}, i % 2, 1, 1e9});
    file.planner.tie(study, run, "quick", {{"x", i / 2}}, i);
    store::testing::claim(file, study, "quick", "me", 60);
    file.recorder.record(run, "me", {{"validation_loss", 10, 1.0 + i}});
    file.queue.finish(run, "me", {store::RunStatus::completed, 10, 1.0, "hash", ""});
  }
}

class Programs : public testing::Test {
 protected:
  Programs() {
    std::string pattern = (std::filesystem::temp_directory_path() / "steepest_e2e_XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    std::filesystem::create_directories(folder_ / "data");
    setenv("STEEPEST_DATA_DIR", (folder_ / "data").c_str(), 1);
    setenv("LC_ALL", "C.UTF-8", 1);
    setenv("STEEPEST_WORKER", worker().c_str(), 1);
    // Programs are sent what the tests' own caller may have ignored, as a shell does for background jobs.
    for (const int ignored : {SIGINT, SIGHUP, SIGTERM}) signal(ignored, SIG_DFL);
  }
  ~Programs() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  static std::filesystem::path program() { return std::filesystem::path(STEEPEST_BINARY_DIR) / "steepest"; }
  /// A build without LibTorch has no worker of its own and is given another's.
  static std::filesystem::path worker() {
    const std::string given = STEEPEST_TEST_WORKER;
    return given.empty() ? std::filesystem::path(STEEPEST_BINARY_DIR) / "steepest-worker" : std::filesystem::path(given);
  }
  std::filesystem::path database(const std::string& name = "s.db") const { return folder_ / name; }

  /// `steepest words... --database ... --experiments ...`
  Words with_folders(Words words, const std::string& name = "s.db") const {
    for (const std::string& word : {std::string("--database"), database(name).string(), std::string("--experiments"),
                                    std::string(STEEPEST_SOURCE_DIR) + "/experiments"}) {
      words.push_back(word);
    }
    return words;
  }
  sweep::Answer steepest(const Words& words, const std::string& name = "s.db") const {
    return sweep::ask_program(program(), with_folders(words, name), std::chrono::seconds(300));
  }

  /// A bash script that starts in this test's folder; in it `steepest` is the program with this test's folders.
  sweep::Answer shell(const std::string& script) const {
    const std::string head = "cd '" + folder_.string() + "'\nsteepest() { '" + program().string() +
                             "' \"$@\" --database s.db --experiments '" STEEPEST_SOURCE_DIR "/experiments'; }\n";
    return sweep::ask_program("/bin/bash", {"-c", head + script}, std::chrono::seconds(300));
  }

  /// The single value of a query over the database.
  std::string value(const std::string& sql, const std::string& name = "s.db") const {
    return store::ReadOnlyFile(database(name)).reader().query(sql).rows.at(0).at(0);
  }

  /// A run of less than a second: a tiny model on the synthetic corpus.
  static Words tiny(Words more = {}) {
    Words words{"data=synthetic", "data.characters=20000", "model.width=16",     "model.heads=2",
                "model.rank=2",   "training.batch=4",      "training.context=16"};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
  static Words words(const std::string& first, Words rest) {
    rest.insert(rest.begin(), first);
    return rest;
  }

  std::filesystem::path folder_;
};

}  // namespace steepest::e2e
