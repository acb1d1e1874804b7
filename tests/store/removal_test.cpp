// removal_test.cpp: runs go with all that is theirs, and with nothing else.
#include "store/removal.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include "store/other_file.h"
#include "store/import_run.h"
#include "support.h"

namespace steepest::store::testing {
namespace {

/// Runs 1..5 of "transfer", of which "other" has 1 and 2 as well, at two scales; rows, an event and statistics each.
class Removal : public ::testing::Test {
 protected:
  Removal()
      : database(folder / "a.db"), study(plan(database, 5)), other(database.planner.put_study("other", "", nlohmann::json::object())) {
    for (int run = 1; run <= 2; ++run) database.planner.tie(other, run, "quick", {{"model.rank", 8}}, run);
    database.planner.tie(study, 3, "paper", {{"model.rank", 3}}, 0);
    for (int run = 1; run <= 5; ++run) {
      const auto held = claim(database, study, "quick", "me", 1000);
      database.recorder.record(held->id, "me", {{"a", 1, 1.0}, {"a", 2, 1.0}}, {{"w", 1, 0, 1.0}});
      database.queue.finish(held->id, "me", {run == 5 ? RunStatus::failed : RunStatus::completed, 2, 1.0, "", run == 5 ? "why" : ""});
    }
    for (const char* cell : {R"({"model.rank":8})", R"({"model.rank":3})", "{}"}) {
      for (const char* scale : {"quick", "paper"}) put_statistic(cell, scale);
    }
    put_statistic("{}", "quick", R"({"model.rank":8})");
  }
  void put_statistic(const std::string& cell, const std::string& scale, const std::string& baseline = "") {
    StatisticRow row;
    row.cell = cell;
    row.scale = scale;
    row.metric = "a";
    row.baseline = baseline;
    database.recorder.put_statistic(study, row);
  }
  std::vector<std::string> remove(const std::vector<std::int64_t>& runs) {
    std::vector<std::string> gone;
    database.remover.delete_runs(runs, [&](const std::string& identity) { gone.push_back(identity); });
    return gone;
  }
  Folder folder;
  WholeFile database;
  std::int64_t study, other;
};

TEST_F(Removal, ARunGoesWithItsRowsAndTheStatisticsOfItsCells) {
  EXPECT_EQ(remove({3}), std::vector<std::string>{"identity-2"});
  for (const char* table : {"param", "metric", "metric_summary", "spectrum", "study_run", "event"})
    EXPECT_EQ(number(database, "SELECT count(*) FROM " + std::string(table) + " WHERE run_id = 3"), 0) << table;
  EXPECT_EQ(number(database, "SELECT count(*) FROM run"), 4);
  EXPECT_EQ(number(database, "SELECT count(*) FROM metric"), 8);
  EXPECT_EQ(database.reader.query("SELECT scale, cell, baseline FROM statistic ORDER BY 1, 2").rows,
            (std::vector<std::vector<std::string>>{
                {"paper", R"({"model.rank":8})", ""}, {"paper", "{}", ""}, {"quick", R"({"model.rank":3})", ""}, {"quick", "{}", ""}}));
}

TEST_F(Removal, ChoosesByWhatIsAsked) {
  using Runs = std::vector<std::int64_t>;
  EXPECT_EQ(failed_runs(database), Runs{5});
  EXPECT_EQ(untied_runs(database), Runs{});
  EXPECT_EQ(runs_of_numerics(database, {{"data", 2}}), Runs{});
  EXPECT_EQ(runs_of_numerics(database, {{"data", 1}}), (Runs{1, 2, 3, 4, 5}));
  EXPECT_EQ(runs_of_study_alone(database, study), (Runs{3, 4, 5}));
  EXPECT_EQ(runs_of_study_alone(database, study, "quick"), (Runs{4, 5})) << "3 is of the scale paper, too";
  EXPECT_EQ(runs_of_study_alone(database, study, "paper"), Runs{});
  EXPECT_EQ(runs_of_study_alone(database, other), Runs{});
  const auto kept = open_plan(database, {study, "quick", {{1, "identity-0"}, {2, "identity-1"}, {3, "identity-2"}}});
  EXPECT_EQ(prune(database, study, "quick", kept), 2);
  EXPECT_EQ(untied_runs(database), (Runs{4, 5}));
}

TEST_F(Removal, SaysWhatWouldGo) {
  const auto sum = holdings(database, {1, 5, 9});
  EXPECT_EQ(sum.runs, (std::map<RunStatus, std::int64_t>{{RunStatus::completed, 1}, {RunStatus::failed, 1}}));
  EXPECT_EQ(sum.metric_rows, 4);
  EXPECT_EQ(sum.spectrum_rows, 2);
  EXPECT_GT(sum.bytes, 0);
  EXPECT_EQ(sum.missing, std::vector<std::int64_t>{9});
  EXPECT_TRUE(sum.held.empty());
}

TEST_F(Removal, AStudyGoesWithItsLastScale) {
  database.remover.delete_study(study, "paper");
  EXPECT_EQ(database.reader.study_scales(study), std::vector<std::string>{"quick"});
  EXPECT_EQ(number(database, "SELECT count(*) FROM statistic WHERE scale = 'paper'"), 0);
  database.remover.delete_study(study, "quick");
  EXPECT_EQ(database.reader.study_names(), std::vector<std::string>{"other"});
  EXPECT_EQ(number(database, "SELECT count(*) FROM run"), 5) << "runs are deleted by name";
  database.remover.delete_study(other);
  EXPECT_EQ(number(database, "SELECT (SELECT count(*) FROM study) + (SELECT count(*) FROM study_run) + (SELECT count(*) FROM statistic)"),
            0);
}

TEST_F(Removal, AHeldRunStaysWithAllOfItsTransaction) {
  forget_result(database, 2);
  ASSERT_TRUE(claim(database, study, "quick", "you", 1000));
  EXPECT_EQ(holdings(database, {1, 2}).held, std::vector<std::int64_t>{2});
  EXPECT_NE(message_of([&] { remove({1, 2}); }).find("run 2"), std::string::npos);
  EXPECT_EQ(number(database, "SELECT count(*) FROM run"), 5);
  EXPECT_EQ(number(database, "SELECT count(*) FROM metric WHERE run_id = 1"), 2);
  EXPECT_TRUE(database.recorder.record(2, "you", {{"a", 1, 2.0}}));
}

TEST_F(Removal, ARunThatACallAtWorkAsksForStaysToo) {
  const auto call = open_plan(database, {study, "quick", {{2, "identity-1"}}});
  EXPECT_EQ(holdings(database, {1, 2}).held, std::vector<std::int64_t>{2});
  EXPECT_NE(message_of([&] { remove({2}); }).find("run 2"), std::string::npos);
  close_plan(database, call);
  EXPECT_EQ(remove({2}).size(), 1u);
}

TEST_F(Removal, ManyRunsGoInSeveralTransactionsAndAWriterIsNotShutOut) {
  std::vector<std::int64_t> runs;
  database.planner.transaction([&] {
    for (int i = 100; i < 2100; ++i) runs.push_back(database.planner.put_run(new_run(i)));
  });
  const pid_t writer = start_child([&] {
    WholeFile second(folder / "a.db");
    for (int i = 0; i < 50; ++i) second.recorder.event(std::nullopt, "test", "still here");
    return 0;
  });
  EXPECT_EQ(remove(runs).size(), 2000u);
  EXPECT_EQ(exit_status(writer), 0);
  EXPECT_EQ(number(database, "SELECT count(*) FROM run"), 5);
  EXPECT_EQ(number(database, "SELECT count(*) FROM event WHERE kind = 'test'"), 50);
}

TEST(OtherFile, AnOlderFileIsReadFromACopyAndStaysAsItIs) {
  Folder folder;
  SQLite::Database((folder / "old.db").string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE)
      .exec(contents(fs::path(STEEPEST_SOURCE_DIR) / "tests/store/data/schema_v1.sql"));
  const std::string before = contents(folder / "old.db");
  {
    const OtherFile other(folder / "old.db", kept);
    const auto runs = finished_runs(other.reader());
    ASSERT_EQ(runs.size(), 1u);
    EXPECT_EQ(run_record(other.reader(), runs[0])->spectra.size(), 2u);
  }
  EXPECT_EQ(contents(folder / "old.db"), before);
}

}  // namespace
}  // namespace steepest::store::testing
