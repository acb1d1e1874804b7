// upgrade_test.cpp: the runs of files of older schemas are kept, and a plan finds those whose numbers are today's.
#include "support.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include "exchange/renewal.h"
#include "store/remake.h"

namespace steepest::exchange::testing {
namespace {

void restore(const fs::path& file, const std::string& name) {
  SQLite::Database(file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE)
      .exec(contents(fs::path(STEEPEST_SOURCE_DIR) / "tests/store/data" / name));
}

/// The flow that stands in schema_v2_made.sql.
run::FlowRun stored_flow(double smoothing, std::int64_t seed) {
  run::FlowRun run;
  run.seed = seed;
  run.flow.end_time = 0.05;
  run.flow.smoothing_squared = smoothing * smoothing;
  run.flow.output_every = 5;
  run.problem = {4, 3, 2, {2, 1}};
  return run;
}

TEST(Upgrade, OfAnyVersionKeepsItsRunsAndWhatBelongsToThem) {
  for (const char* name : {"schema_v1.sql", "schema_v2.sql", "schema_v3.sql"}) {
    Folder folder(in_memory());
    restore(folder / "a.db", name);
    WholeFile database(folder / "a.db", Access::upgrade, renewed);
    EXPECT_EQ(number(database, "SELECT count(*) FROM run"), 3) << name;
    EXPECT_EQ(number(database, "SELECT count(*) FROM study_run"), 3);
    EXPECT_EQ(number(database, "SELECT count(*) FROM metric"), 2);
    EXPECT_EQ(text(database, "SELECT DISTINCT numerics FROM run"), R"({"suite":1})") << "such a configuration is of version 1";
    EXPECT_EQ(number(database, "SELECT count(DISTINCT family) FROM run"), 1) << "three seeds of one configuration";
    EXPECT_EQ(number(database, "SELECT count(*) FROM run WHERE identity LIKE '00000%' AND former_identity IS NULL"), 3);
  }
}

TEST(Upgrade, OfRunsWhoseNumbersAreTodaysLetsAPlanFindThem) {
  Folder folder(in_memory());
  restore(folder / "a.db", "schema_v2_made.sql");
  WholeFile database(folder / "a.db", Access::upgrade, renewed);
  for (const auto& [smoothing, seed] : {std::pair(0.1, 0), {0.1, 1}, {0.2, 0}, {0.2, 1}, {0.3, 0}, {0.3, 5}}) {
    const auto run = stored_flow(smoothing, seed);
    const auto stored = store::stored_run(database, run::identity(run));
    ASSERT_TRUE(stored) << smoothing << " " << seed;
    EXPECT_EQ(stored->status, seed == 5 ? RunStatus::queued : RunStatus::completed);
    EXPECT_EQ(stored->observes, (json{{"flow.output_every", 5}}));
    EXPECT_EQ(database.reader.run_details(stored->id)->family, run::identity_but_for_seed(run));
  }
  EXPECT_EQ(number(database, "SELECT count(*) FROM run WHERE length(former_identity) = 64 AND former_identity <> identity"), 6);
  EXPECT_TRUE(run::is_current(json::parse(text(database, "SELECT DISTINCT numerics FROM run"))));
}

TEST(Upgrade, MakesRunsOneThatDifferedByHowOftenTheyWereLookedAt) {
  Folder folder(in_memory());
  restore(folder / "a.db", "schema_v2_made.sql");
  auto config = run::to_json(stored_flow(0.1, 0));
  config["flow"]["output_every"] = 1;
  SQLite::Database file((folder / "a.db").string(), SQLite::OPEN_READWRITE);
  SQLite::Statement put(
      file, "INSERT INTO run (id, identity, seed, numerics_version, flops, created_at, config) VALUES (7, ?, 0, 3, 1, 'now', ?)");
  put.bind(1, run::former_identity(config, 3));
  put.bind(2, config.dump());
  put.exec();
  WholeFile database(folder / "a.db", Access::upgrade, renewed);
  EXPECT_EQ(store::stored_run(database, run::identity(stored_flow(0.1, 0)))->id, 1) << "the one that has a result";
  EXPECT_EQ(text(database, "SELECT identity || numerics FROM run WHERE id = 7"), run::former_identity(config, 3) + R"({"suite":3})");
}

TEST(Upgrade, NeedsWhoKnowsConfigurations) {
  Folder folder(in_memory());
  restore(folder / "a.db", "schema_v3.sql");
  EXPECT_THROW(WholeFile(folder / "a.db"), std::logic_error);
  EXPECT_EQ(store::schema_of(folder / "a.db"), 3) << "the file is as it was";
}

}  // namespace
}  // namespace steepest::exchange::testing
