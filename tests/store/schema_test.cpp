// schema_test.cpp: files of every schema version open, newer ones are refused as they are.
#include "store/schema.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include "support.h"

namespace steepest::store::testing {
namespace {

std::string all_objects(SQLite::Database& database) {
  std::string text;
  SQLite::Statement row(database, "SELECT type || ' ' || name || ': ' || coalesce(sql, '') FROM sqlite_master ORDER BY 1");
  while (row.executeStep()) text += row.getColumn(0).getString() + "\n";
  return text;
}

SQLite::Database raw(const fs::path& path) { return SQLite::Database(path.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE); }

/// A file as version `version` of steepest left it.
void restore(const fs::path& path, int version) {
  raw(path).exec(contents(fs::path(STEEPEST_SOURCE_DIR) / "tests/store/data" / ("schema_v" + std::to_string(version) + ".sql")));
}

class StoredVersion : public ::testing::TestWithParam<int> {};

TEST_P(StoredVersion, OpensWithItsRowsAndTheSchemaOfANewFile) {
  Folder folder;
  restore(folder / "old.db", GetParam());
  Database(folder / "new.db");
  {
    Database database(folder / "old.db");
    const auto study = database.study_id("rank_transfer");
    ASSERT_TRUE(study);
    EXPECT_EQ(database.study_scales(*study), (std::vector<std::string>{"quick"}));
    const auto runs = database.runs(*study, "quick");
    ASSERT_EQ(runs.size(), 3u);
    EXPECT_EQ(runs[0].status, RunStatus::completed);
    EXPECT_EQ(runs[0].cell, (nlohmann::json{{"model.rank", 8}, {"optimizer.learning_rate", 0.1}}));
    EXPECT_DOUBLE_EQ(*database.last_metric(runs[0].id, "validation_loss"), 1.875);
    EXPECT_EQ(database.spectra(runs[0].id).size(), 2u);
    EXPECT_EQ(database.statistics(*study, "quick").size(), 1u);
    EXPECT_EQ(number(database, "SELECT count(*) FROM event"), 2);
    EXPECT_EQ(number(database, "PRAGMA user_version"), Database::kSchemaVersion);
    EXPECT_EQ(database.query("PRAGMA foreign_key_check").rows.size(), 0u);
    EXPECT_TRUE(database.claim(*study, "quick", "worker", 10)) << "the queued one";
  }
  SQLite::Database old_file = raw(folder / "old.db"), new_file = raw(folder / "new.db");
  EXPECT_EQ(all_objects(old_file), all_objects(new_file));
}

TEST_P(StoredVersion, OpensReadOnlyToo) {
  Folder folder;
  restore(folder / "old.db", GetParam());
  EXPECT_EQ(Database(folder / "old.db", Access::read_only).study_names(), (std::vector<std::string>{"rank_transfer"}));
}

INSTANTIATE_TEST_SUITE_P(Released, StoredVersion, ::testing::Range(1, Database::kSchemaVersion + 1));

TEST(Schema, StepsLeadToTheVersionThatTheHeaderNames) {
  int version = 0;
  for (const Migration& step : migrations()) EXPECT_EQ(step.to, ++version);
  EXPECT_EQ(version, Database::kSchemaVersion);
}

TEST(Schema, OnlyMissingStepsAreApplied) {
  Folder folder;
  SQLite::Database database = raw(folder / "a.db");
  std::vector<Migration> steps = {{1, "CREATE TABLE a (x)"}};
  migrate(database, steps);
  database.exec("INSERT INTO a VALUES (7)");
  steps.push_back({2, "ALTER TABLE a ADD COLUMN y DEFAULT 1"});
  steps.push_back({3, "UPDATE a SET y = y + 1"});
  migrate(database, steps);
  migrate(database, steps);
  EXPECT_EQ(schema_version(database), 3);
  EXPECT_EQ(database.execAndGet("SELECT x * 10 + y FROM a").getInt(), 72);
}

TEST(Schema, AFailedUpgradeLeavesTheFileAsItWas) {
  Folder folder;
  SQLite::Database database = raw(folder / "a.db");
  migrate(database, {{1, "CREATE TABLE a (x)"}});
  EXPECT_THROW(migrate(database, {{1, ""}, {2, "CREATE TABLE b (x); CREATE TABLE a (x)"}}), SQLite::Exception);
  EXPECT_EQ(schema_version(database), 1);
  EXPECT_FALSE(database.tableExists("b"));
  EXPECT_NO_THROW(database.exec("BEGIN IMMEDIATE; COMMIT")) << "no transaction was left open";
}

TEST(Schema, ProcessesThatCreateOneFileAtOnceAllSucceed) {
  for (int round = 0; round < 5; ++round) {
    Folder folder;
    std::vector<pid_t> children;
    for (int i = 0; i < 6; ++i) {
      children.push_back(start_child([&] {
        Database database(folder / "a.db");
        database.put_run(new_run(1));
        return 0;
      }));
    }
    for (pid_t child : children) EXPECT_EQ(exit_status(child), 0);
    EXPECT_EQ(number(Database(folder / "a.db", Access::read_only), "SELECT count(*) FROM run"), 1);
  }
}

TEST(Schema, ANewerFileIsRefusedUnchanged) {
  Folder folder;
  const fs::path path = folder / "a.db";
  { Database database(path); }
  raw(path).exec("PRAGMA user_version = 7; PRAGMA journal_mode = DELETE");
  const std::string before = contents(path);
  for (const Access access : {Access::read_write, Access::read_only}) {
    const std::string message = message_of([&] { Database database(path, access); });
    EXPECT_NE(message.find("version 7"), std::string::npos) << message;
    EXPECT_NE(message.find("up to " + std::to_string(Database::kSchemaVersion)), std::string::npos) << message;
    EXPECT_NE(message.find("--database"), std::string::npos) << message;
  }
  EXPECT_EQ(contents(path), before);
  EXPECT_FALSE(fs::exists(path.string() + "-wal"));
}

TEST(Schema, AnotherProgramsDatabaseIsRefusedUnchanged) {
  Folder folder;
  const fs::path path = folder / "a.db";
  raw(path).exec("CREATE TABLE bookmarks (url)");
  const std::string before = contents(path);
  EXPECT_NE(message_of([&] { Database database(path); }).find("another program"), std::string::npos);
  EXPECT_EQ(contents(path), before);
}

}  // namespace
}  // namespace steepest::store::testing
