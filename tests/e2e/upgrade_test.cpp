// upgrade_test.cpp: a database of an older steepest is upgraded by `steepest upgrade` and by what writes runs, and by nobody who reads.
#include <SQLiteCpp/SQLiteCpp.h>

#include <iterator>

#include "e2e/support.h"
#include "store/clock.h"
#include "store/schema.h"

namespace steepest::e2e {
namespace {

class Upgrade : public Programs {
 protected:
  Upgrade() {
    SQLite::Database(database().string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE)
        .exec(contents(std::filesystem::path(STEEPEST_SOURCE_DIR) / "tests/store/data/schema_v2_made.sql"));
  }
  static std::string contents(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
};

TEST_F(Upgrade, ReadersLeaveTheFileAsItIsAndNameTheCommand) {
  const std::string before = contents(database());
  for (const Words& words : {Words{"status"},
                             {"query", "run"},
                             {"query", "select 1"},
                             {"report", "ad_hoc"},
                             {"stats", "ad_hoc"},
                             {"compare", "1", "2"},
                             {"export"},
                             {"plan", "specgf", "--scale", "smoke"},
                             {"run", "specgf", "--dry-run"},
                             {"delete", "1", "--dry-run"}}) {
    const auto answer = steepest(words);
    EXPECT_EQ(answer.state.status, 2) << words[0] << answer.output;
    EXPECT_THAT(answer.errors, HasSubstr("its schema is version 2")) << words[0];
    EXPECT_THAT(answer.errors, HasSubstr("`steepest upgrade`"));
    EXPECT_THAT(answer.errors, Not(HasSubstr("SQLite:")));
    EXPECT_EQ(contents(database()), before) << words[0];
  }
  const auto completed = sweep::ask_program(program(), {"__complete", "--database", database().string(), "report", "ad"});
  EXPECT_EQ(completed.state.status, 0);
  EXPECT_EQ(completed.output + completed.errors, "");
  EXPECT_EQ(contents(database()), before);
  EXPECT_THAT(steepest({"doctor"}).output, HasSubstr("schema 2, of an older steepest"));
}

TEST_F(Upgrade, TakesTheFileToThisVersionWithAllItsRuns) {
  const auto first = steepest({"upgrade"});
  EXPECT_EQ(first.state.status, 0) << first.errors;
  EXPECT_THAT(first.output, HasSubstr("upgraded from schema version 2 to " + std::to_string(store::kSchemaVersion)));
  EXPECT_THAT(steepest({"upgrade"}).output, HasSubstr("nothing to do"));
  EXPECT_EQ(value("SELECT group_concat(status || n, ' ') FROM (SELECT status, count(*) AS n FROM run GROUP BY status)"),
            "completed5 queued1");
  EXPECT_EQ(steepest({"status"}).state.status, 0);
}

TEST_F(Upgrade, KeepsWhatPlansFindAgain) {
  const Words flow = {"run",
                      "--config-name",
                      "flow",
                      "flow.end_time=0.05",
                      "problem.rows=4",
                      "problem.columns=3",
                      "problem.rank=2",
                      "problem.singular_values=[2.0,1.0]",
                      "flow.output_every=5",
                      "flow.smoothing_squared=0.010000000000000002,0.04000000000000001",
                      "seed=0,1"};
  const auto run = steepest(flow);
  EXPECT_EQ(run.state.status, 0) << run.errors;
  EXPECT_THAT(run.errors, HasSubstr("nothing left to run"));
  EXPECT_THAT(steepest({"status"}).output, Not(HasSubstr("older numerics")));
}

TEST_F(Upgrade, IsDoneByWhatWritesRuns) {
  const auto run = steepest({"run", "specgf", "--scale", "smoke"});
  EXPECT_EQ(run.state.status, 0) << run.errors;
  EXPECT_EQ(value("PRAGMA user_version"), std::to_string(store::kSchemaVersion));
}

TEST_F(Upgrade, WaitsForWhoeverIsAtWorkOnTheFile) {
  SQLite::Database file(database().string(), SQLite::OPEN_READWRITE);
  SQLite::Statement held(file, "UPDATE run SET status = 'running', token = 'x', lease_boot = ?, lease_expires_at = ? WHERE id = 6");
  held.bind(1, store::lease_boot());
  held.bind(2, store::lease_seconds_now() + 300);
  held.exec();
  for (const Words& words : {Words{"upgrade"}, {"run", "specgf", "--scale", "smoke"}, {"delete", "1", "--yes"}}) {
    const auto answer = steepest(words);
    EXPECT_EQ(answer.state.status, 2) << words[0];
    EXPECT_THAT(answer.errors, HasSubstr("workers hold runs: 6")) << words[0];
  }
  EXPECT_EQ(file.execAndGet("PRAGMA user_version").getInt(), 2);
}

TEST_F(Upgrade, OfAFileThatIsNotThereIsRefused) {
  std::filesystem::remove(database());
  EXPECT_EQ(steepest({"upgrade"}).state.status, 2);
  EXPECT_FALSE(std::filesystem::exists(database()));
}

}  // namespace
}  // namespace steepest::e2e
