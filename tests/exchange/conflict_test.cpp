// conflict_test.cpp: what is here already meets what comes in.
#include "support.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <signal.h>

#include "exchange/merge.h"

namespace steepest::exchange::testing {
namespace {

class Conflict : public ::testing::Test {
 protected:
  Conflict() : there(folder / "there.db"), here(folder / "here.db") {}
  /// The run of this number in the other file, finished with this parameter hash (finish_run completes with this seed).
  std::string finished_there(int number, const std::string& hash) {
    finish_run(there, there.planner.put_run(generated_run(number)), kCompletes, hash);
    return exported(there);
  }
  static constexpr std::uint64_t kCompletes = 5;
  Folder folder{in_memory()};
  WholeFile there, here;
};

TEST_F(Conflict, TheResultHereStaysAndTheDifferenceIsTold) {
  const auto run = here.planner.put_run(generated_run(1));
  finish_run(here, run, kCompletes, std::string(64, 'a'));
  const auto before = exported(here);
  const auto received = import(here, finished_there(1, std::string(64, 'b')));
  ASSERT_EQ(received.findings.size(), 1u);
  for (const char* part : {"run 1 ", "aaaaaaaaaaaa", "bbbbbbbbbbbb", "the result here stays"})
    EXPECT_NE(received.findings[0].find(part), std::string::npos) << received.findings[0];
  EXPECT_EQ(exported(here), before);
}

TEST_F(Conflict, ARunWithoutAResultTakesIt) {
  for (const char* status : {"queued", "failed", "interrupted"}) {
    WholeFile own(folder / (std::string(status) + ".db"));
    const auto study = own.planner.put_study("mine", "", json::object());
    const auto run = own.planner.put_run(generated_run(1));
    own.planner.tie(study, run, "quick", json::object(), 0);
    if (status != std::string("queued")) {
      ASSERT_TRUE(claim(own, study, "quick", "me", 1000));
      own.recorder.record(run, "me", {{"stale", 1, 2.0}});
      if (status == std::string("failed")) own.queue.fail("me", "died", "for a test", 1);
      else own.queue.release("me");
    }
    ASSERT_EQ(text(own, "SELECT status FROM run"), status);
    const auto received = import(own, status == std::string("queued") ? finished_there(1, "h") : exported(there));
    EXPECT_EQ(received.replaced, 1) << status;
    EXPECT_EQ(text(own, "SELECT status || parameter_hash FROM run"), "completedh");
    EXPECT_EQ(number(own, "SELECT count(*) FROM run WHERE error IS NULL AND failures = 0 AND imported_at IS NOT NULL"), 1);
    EXPECT_EQ(number(own, "SELECT count(*) FROM metric WHERE name = 'stale'"), 0);
    EXPECT_EQ(number(own, "SELECT count(*) FROM study_run WHERE study_id = 1"), 1) << "its own place stays";
    EXPECT_FALSE(claim(own, study, "quick", "me", 1000)) << "nothing left to do";
  }
}

TEST_F(Conflict, ARunThatAWorkerHoldsIsLeftAlone) {
  const auto study = here.planner.put_study("mine", "", json::object());
  here.planner.tie(study, here.planner.put_run(generated_run(1)), "quick", json::object(), 0);
  ASSERT_TRUE(claim(here, study, "quick", "me", 1000));
  const auto received = import(here, finished_there(1, "h"));
  ASSERT_EQ(received.findings.size(), 1u);
  EXPECT_NE(received.findings[0].find("held by a worker"), std::string::npos);
  EXPECT_TRUE(here.queue.heartbeat(1, "me", 5, 1000));
}

TEST_F(Conflict, ALeaseThatIsOverHoldsNothing) {
  const auto study = here.planner.put_study("mine", "", json::object());
  here.planner.tie(study, here.planner.put_run(generated_run(1)), "quick", json::object(), 0);
  ASSERT_TRUE(claim(here, study, "quick", "me", -1));
  EXPECT_EQ(import(here, finished_there(1, "h")).replaced, 1);
  EXPECT_FALSE(here.queue.heartbeat(1, "me", 5, 1000)) << "the former holder notices";
}

TEST_F(Conflict, AStudyOfAnotherDefinitionKeepsItsOwnRuns) {
  here.planner.put_study("one", "", {{"other", true}});
  fill(there, 10);
  const auto received = import(here, exported(there));
  EXPECT_EQ(received.untied.at("one"), 9);
  EXPECT_EQ(received.untied.size(), 1u) << "the study two is new here";
  EXPECT_EQ(number(here, "SELECT count(*) FROM study_run WHERE study_id = 1"), 0);
  EXPECT_EQ(here.reader.study_definition(1), (json{{"other", true}}));
}

TEST_F(Conflict, APlaceIsTakenOnce) {
  fill(there, 3);
  const auto study = here.planner.put_study("one", "", there.reader.study_definition(1));
  auto other = generated_run(1);
  other.config["model"]["rank"] = 64;  // the same cell and seed by another configuration, as after a change of the root file
  identify(other);
  here.planner.tie(study, here.planner.put_run(other), "quick", {{"model.rank", 1}, {"i", 1}}, 1);
  EXPECT_EQ(import(here, exported(there)).untied.at("one"), 1);
  EXPECT_EQ(number(here, "SELECT count(*) FROM study_run WHERE study_id = 1"), 3);
}

TEST_F(Conflict, ACellTakesNoRunOfAnotherConfigurationAtAnotherSeedNeither) {
  fill(there, 3);
  // Here the cell of run 1 has a run of seed 5: of an older version of the suite, or of the same numerics as there.
  for (const int version : {1, 0}) {
    WholeFile own(folder / ("version" + std::to_string(version) + ".db"));
    const auto study = own.planner.put_study("one", "", there.reader.study_definition(1));
    auto other = generated_run(1);
    other.seed = other.config["seed"] = 5;
    identify(other, version);
    own.planner.tie(study, own.planner.put_run(other), "quick", {{"model.rank", 1}, {"i", 1}}, 1);
    const auto received = import(own, exported(there));
    EXPECT_EQ(received.untied.count("one"), version == 1 ? 1u : 0u) << version;
    EXPECT_EQ(number(own, "SELECT count(*) FROM study_run WHERE study_id = 1 AND scale = 'quick'"), version == 1 ? 1 : 2);
  }
}

TEST_F(Conflict, MergingIsTheSameAsExportAndImport) {
  fill(there, 40);
  const auto received = merge(folder / "merged.db", folder / "there.db");
  EXPECT_EQ(received.added, 35);
  WholeFile merged(folder / "merged.db");
  EXPECT_EQ(exported(merged), exported(there));
  const auto again = merge(folder / "merged.db", folder / "there.db");
  EXPECT_EQ(again.present, 35);
  EXPECT_EQ(again.added + again.replaced, 0);
  EXPECT_EQ(exported(merged), exported(there));
}

TEST_F(Conflict, AFileOfAnOlderSchemaIsMergedAndStaysAsItIs) {
  SQLite::Database((folder / "old.db").string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE)
      .exec(contents(fs::path(STEEPEST_SOURCE_DIR) / "tests/store/data/schema_v1.sql"));
  const auto before = contents(folder / "old.db");
  EXPECT_EQ(merge(folder / "here.db", folder / "old.db").added, 1);
  EXPECT_EQ(merge(folder / "here.db", folder / "old.db").present, 1);
  EXPECT_EQ(contents(folder / "old.db"), before);
  EXPECT_EQ(number(here, "SELECT last_value FROM metric_summary WHERE name = 'validation_loss'"), 1.875);
}

TEST_F(Conflict, AFileIsNotMergedWithItself) {
  fs::create_hard_link(folder / "here.db", folder / "link.db");
  for (const char* name : {"here.db", "link.db"})
    EXPECT_NE(message_of([&] { merge(folder / "here.db", folder / name); }).find("with itself"), std::string::npos);
  EXPECT_NE(message_of([&] { merge(folder / "here.db", folder / "none.db"); }).find("no file"), std::string::npos);
}

TEST_F(Conflict, AKillLeavesWholeRunsAndTheSameCommandGoesOn) {
  fill(there, 700);
  const auto text = exported(there);
  const auto runs = number(there, "SELECT count(*) FROM run WHERE status IN ('completed', 'diverged')");
  double seen = 0;
  for (int delay = 1; delay <= 40; delay *= 2) {
    const auto file = folder / ("killed" + std::to_string(delay) + ".db");
    const pid_t child = start_child([&] {
      WholeFile own(file);
      import(own, text);
      return 0;
    });
    usleep(static_cast<unsigned>(delay) * 10'000);
    kill(child, SIGKILL);
    exit_status(child);
    WholeFile own(file);
    const double present = number(own, "SELECT count(*) FROM run");
    seen = std::max(seen, present);
    EXPECT_EQ(number(own, "SELECT count(*) FROM run WHERE status NOT IN ('completed', 'diverged')"), 0);
    const auto received = import(own, text);
    EXPECT_EQ(received.present, present);
    EXPECT_EQ(received.added, runs - present);
    EXPECT_EQ(exported(own), text);
  }
}

}  // namespace
}  // namespace steepest::exchange::testing
