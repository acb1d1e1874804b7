// moving_test.cpp: results leave one database and enter another, and runs are deleted after asking.
#include <pty.h>
#include <sys/wait.h>

#include <algorithm>
#include <sstream>

#include "e2e/support.h"
#include "run/identity.h"
#include "run/numerics.h"
#include "run/observations.h"
#include "run/run.h"

namespace steepest::e2e {
namespace {

class Moving : public Programs {
 protected:
  Moving() { fill(database()); }

  /// A study with two completed runs and a failed one, written as a worker would.
  static void fill(const std::filesystem::path& file) {
    store::testing::WholeFile database(file);
    const auto study = database.planner.put_study("transfer", "", {{"x", 1}});
    for (int seed = 1; seed <= 3; ++seed) {
      run::FlowRun options;
      options.seed = seed;
      const auto run = database.planner.put_run({run::identity(options), run::to_json(options), seed, run::numerics(options), 1e9,
                                                 run::identity_but_for_seed(options), run::observations(options)});
      database.planner.tie(study, run, "quick", {{"model.rank", 8}}, seed);
      store::testing::claim(database, study, "quick", "me", 1000);
      database.recorder.record(run, "me", {{"validation_loss", 1, 2.5}});
      const auto status = seed == 3 ? store::RunStatus::failed : store::RunStatus::completed;
      database.queue.finish(run, "me", {status, 1, 1.0, "h" + std::to_string(seed), seed == 3 ? "why" : ""});
    }
  }
  static std::string contents(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
  }
  std::filesystem::path checkpoint(int run) const {
    return folder_ / "checkpoints" / (value("SELECT identity FROM run WHERE id = " + std::to_string(run)) + ".pt");
  }
  /// The same at a terminal where `typed` is typed; the exit status and all that was shown.
  std::pair<int, std::string> at_terminal(const Words& words, const std::string& typed) const {
    int terminal = -1;
    const pid_t child = forkpty(&terminal, nullptr, nullptr, nullptr);
    if (child == 0) {
      auto all = with_folders(words);
      all.insert(all.begin(), program().string());
      std::vector<char*> arguments;
      for (auto& word : all) arguments.push_back(word.data());
      arguments.push_back(nullptr);
      execv(arguments[0], arguments.data());
      _exit(127);
    }
    EXPECT_EQ(write(terminal, typed.data(), typed.size()), static_cast<ssize_t>(typed.size()));
    std::string shown;
    char buffer[1024];
    for (ssize_t n; (n = read(terminal, buffer, sizeof buffer)) > 0;) shown.append(buffer, static_cast<std::size_t>(n));
    int status = 0;
    waitpid(child, &status, 0);
    close(terminal);
    return {WEXITSTATUS(status), shown};
  }
};

TEST_F(Moving, AnExportImportsIntoAFreshDatabaseAndExportsTheSame) {
  const auto file = (folder_ / "runs.jsonl").string(), again = (folder_ / "again.jsonl").string();
  const auto exported = steepest({"export", "--output", file});
  EXPECT_EQ(exported.state.status, 0) << exported.errors;
  EXPECT_EQ(exported.output, "");
  EXPECT_THAT(exported.errors, HasSubstr("2 runs written to"));
  EXPECT_EQ(steepest({"export"}).output, contents(file));
  const auto imported = steepest({"import", file}, "new.db");
  EXPECT_EQ(imported.state.status, 0) << imported.errors;
  EXPECT_THAT(imported.output, HasSubstr("2 new, 0 in place of runs without a result, 0 already here"));
  EXPECT_THAT(steepest({"import", file}, "new.db").output, HasSubstr("0 new, 0 in place of runs without a result, 2 already here"));
  EXPECT_THAT(steepest({"import", folder_.string()}, "newer.db").output, HasSubstr("2 new")) << "a folder stands for the files in it";
  EXPECT_EQ(steepest({"export", "transfer", "--scale", "quick", "--output", again}, "new.db").state.status, 0);
  EXPECT_EQ(contents(again), contents(file));
  for (const auto& entry : std::filesystem::directory_iterator(folder_)) EXPECT_THAT(entry.path().string(), Not(HasSubstr("draft")));
}

TEST_F(Moving, MergeTakesWhatAnotherDatabaseHas) {
  EXPECT_THAT(steepest({"merge", database().string()}, "all.db").output, HasSubstr("2 new"));
  EXPECT_THAT(steepest({"merge", database().string()}, "all.db").output, HasSubstr("2 already here"));
  EXPECT_EQ(steepest({"export"}).output, steepest({"export"}, "all.db").output);
}

TEST_F(Moving, MistakesAreToldAndNothingIsWritten) {
  const auto file = folder_ / "runs.jsonl";
  steepest({"export", "--output", file.string()});
  const std::string whole = contents(file);
  std::ofstream(folder_ / "cut.jsonl") << whole.substr(0, whole.size() - 700);
  std::filesystem::create_directory(folder_ / "empty");
  const std::string line = std::to_string(1 + std::count(whole.begin(), whole.end() - 700, '\n'));
  const struct {
    Words words, said;
  } cases[]{
      {{"import", (folder_ / "cut.jsonl").string()}, {"cut.jsonl:" + line + ": ", "cut"}},
      {{"import", file.string(), (folder_ / "cut.jsonl").string()}, {"cut.jsonl:" + line + ": ", "cut"}},
      {{"import", database().string()}, {"s.db:1: ", "no file of runs"}},
      {{"import", (folder_ / "none").string()}, {"no readable file"}},
      {{"import", folder_.string()}, {"cut.jsonl:" + line + ": ", "cut"}},
      {{"import", (folder_ / "empty").string()}, {"no file of runs in the folder"}},
      {{"merge", (folder_ / "none.db").string()}, {"no file"}},
      {{"merge", file.string()}, {"not a SQLite database"}},
  };
  for (const auto& [words, said] : cases) {
    const auto answer = steepest(words, "new.db");
    EXPECT_EQ(answer.state.status, 2) << words[1] << answer.errors;
    for (const auto& text : said) EXPECT_THAT(answer.errors, HasSubstr(text));
    EXPECT_FALSE(std::filesystem::exists(database("new.db"))) << words[0];
  }
  const Words wrong[]{{"export", "transfr"},
                      {"export", "--run", "3"},
                      {"export", "--scale", "quick"},
                      {"export", "transfer", "--scale", "quik"},
                      {"export", "--output", (folder_ / "no/such/file").string()},
                      {"merge", database().string()}};
  for (const auto& words : wrong) EXPECT_EQ(steepest(words).state.status, 2) << words[1];
}

TEST_F(Moving, DeletingAsksAtATerminal) {
  std::filesystem::create_directories(folder_ / "checkpoints");
  for (int run = 1; run <= 3; ++run) std::ofstream(checkpoint(run)) << "x";
  std::ofstream(checkpoint(1).string() + ".set-aside-1") << "what was damaged goes with the run";
  for (const std::string typed : {"no\n", "y\n", "\n", "\x04"}) {
    const auto [status, shown] = at_terminal({"delete", "--failed"}, typed);
    EXPECT_EQ(status, 1) << shown;
    EXPECT_THAT(shown, HasSubstr("to delete: 1 run (1 failed) with 1 metric row"));
    EXPECT_THAT(shown, HasSubstr("Type \"yes\" to delete:"));
    EXPECT_THAT(shown, HasSubstr("nothing was deleted"));
    EXPECT_EQ(value("SELECT count(*) FROM run"), "3");
    EXPECT_TRUE(std::filesystem::exists(checkpoint(3)));
  }
  const auto [status, shown] = at_terminal({"delete", "1"}, "yes\n");
  EXPECT_EQ(status, 0) << shown;
  EXPECT_EQ(value("SELECT group_concat(id) FROM (SELECT id FROM run ORDER BY id)"), "2,3");
  EXPECT_TRUE(std::filesystem::exists(checkpoint(2)));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_ / "checkpoints"), {}), 2);
}

TEST_F(Moving, WithoutATerminalDeletingNeedsYes) {
  const auto refused = steepest({"delete", "--failed"});
  EXPECT_EQ(refused.state.status, 2);
  EXPECT_THAT(refused.errors, HasSubstr("--yes"));
  EXPECT_THAT(steepest({"delete", "--study", "transfer", "--dry-run"}).output, HasSubstr("would delete 3 runs (2 completed, 1 failed)"));
  EXPECT_EQ(value("SELECT count(*) FROM run"), "3");
  for (const Words& words : {Words{"delete"},
                             {"delete", "1", "--failed"},
                             {"delete", "7", "--yes"},
                             {"delete", "1", "--scale", "quick", "--yes"},
                             {"delete", "--study", "transfr", "--yes"},
                             {"delete", "--study", "transfer", "--scale", "quik", "--yes"}}) {
    EXPECT_EQ(steepest(words).state.status, 2);
  }
  EXPECT_EQ(value("SELECT count(*) FROM run"), "3");
  EXPECT_EQ(steepest({"delete", "--study", "transfer", "--yes"}).state.status, 0);
  EXPECT_EQ(value("SELECT (SELECT count(*) FROM run) || (SELECT count(*) FROM study)"), "00");
  EXPECT_THAT(steepest({"delete", "--untied", "--yes"}).output, HasSubstr("nothing to delete"));
}

TEST_F(Moving, AHeldRunIsNotDeleted) {
  store::testing::WholeFile database(this->database());
  store::testing::forget_result(database, 1);
  ASSERT_TRUE(store::testing::claim(database, 1, "quick", "me", 1000));
  const auto answer = steepest({"delete", "--study", "transfer", "--yes"});
  EXPECT_EQ(answer.state.status, 2);
  EXPECT_THAT(answer.errors, HasSubstr("a `steepest run` is at work on run 1"));
  EXPECT_EQ(value("SELECT count(*) FROM run"), "3");
}

TEST_F(Moving, StoredStudiesAreCompleted) {
  for (const Words& words : {Words{"export", "tra"}, Words{"delete", "--study", "tra"}}) {
    Words all{"__complete", "--database", database().string()};
    all.insert(all.end(), words.begin(), words.end());
    EXPECT_EQ(sweep::ask_program(program(), all).output, "transfer\n") << words[0];
  }
}

}  // namespace
}  // namespace steepest::e2e
