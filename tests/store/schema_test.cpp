// schema_test.cpp: files of every schema version open, newer ones are refused as they are.
#include "store/schema.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <algorithm>
#include <cctype>
#include <map>

#include "store/at_work.h"
#include "store/clock.h"
#include "store/run_states.h"
#include "support.h"

namespace steepest::store::testing {
namespace {

/// SQL without comments, blanks and quotes around names, which are all that differs between a table that was altered and one that was made so.
std::string plain(const std::string& sql) {
  std::string text;
  for (std::size_t i = 0; i < sql.size(); ++i) {
    if (sql.compare(i, 2, "--") == 0) i = std::min(sql.find('\n', i), sql.size());
    else if (sql[i] != '"' && std::isspace(static_cast<unsigned char>(sql[i])) == 0) text += sql[i];
  }
  return text;
}

/// Everything that the file is made of, by name.
std::map<std::string, std::string> all_objects(SQLite::Database& database) {
  std::map<std::string, std::string> objects;
  SQLite::Statement row(database, "SELECT type || ' ' || name, coalesce(sql, '') FROM sqlite_master");
  while (row.executeStep()) objects[row.getColumn(0).getString()] = plain(row.getColumn(1).getString());
  return objects;
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
  WholeFile(folder / "new.db");
  {
    WholeFile database(folder / "old.db", Access::upgrade, kept);
    const auto study = database.reader.study_id("rank_transfer");
    ASSERT_TRUE(study);
    EXPECT_EQ(database.reader.study_scales(*study), (std::vector<std::string>{"quick"}));
    const auto runs = database.reader.runs(*study, "quick");
    ASSERT_EQ(runs.size(), 3u);
    EXPECT_EQ(runs[0].status, RunStatus::completed);
    EXPECT_EQ(runs[0].cell, (nlohmann::json{{"model.rank", 8}, {"optimizer.learning_rate", 0.1}}));
    EXPECT_DOUBLE_EQ(*database.reader.last_metric(runs[0].id, "validation_loss"), 1.875);
    EXPECT_EQ(database.reader.spectra(runs[0].id).size(), 2u);
    EXPECT_EQ(database.reader.statistics(*study, "quick").size(), 1u);
    EXPECT_EQ(number(database, "SELECT count(*) FROM event"), 2);
    EXPECT_EQ(number(database, "PRAGMA user_version"), kSchemaVersion);
    EXPECT_EQ(database.reader.query("PRAGMA foreign_key_check").rows.size(), 0u);
    EXPECT_TRUE(claim(database, *study, "quick", "worker", 10)) << "the queued one";
  }
  SQLite::Database old_file = raw(folder / "old.db"), new_file = raw(folder / "new.db");
  const auto upgraded = all_objects(old_file), fresh = all_objects(new_file);
  for (const auto& [name, sql] : fresh)
    EXPECT_TRUE(upgraded.count(name) > 0 && upgraded.at(name) == sql) << name << " is not as in a new file";
  EXPECT_EQ(upgraded.size(), fresh.size());
}

/// Whoever reads, and a worker, leaves the file as it is: a study may be going on in it.
TEST_P(StoredVersion, IsUpgradedByNobodyWhoOnlyReadsOrWritesRows) {
  Folder folder;
  restore(folder / "old.db", GetParam());
  const std::string before = contents(folder / "old.db");
  for (const bool to_write : {false, true}) {
    const bool old = GetParam() < kSchemaVersion;
    if (!old) {
      EXPECT_NO_THROW(open_as_it_is(folder / "old.db", to_write));
      continue;
    }
    const std::string message = message_of([&] { open_as_it_is(folder / "old.db", to_write); });
    EXPECT_NE(message.find("version " + std::to_string(GetParam())), std::string::npos) << message;
    EXPECT_NE(message.find("`steepest upgrade`"), std::string::npos) << message;
    EXPECT_EQ(contents(folder / "old.db"), before);
  }
  EXPECT_EQ(schema_of(folder / "old.db"), GetParam());
}

/// SQL by which a file of a version says that a worker holds its queued run now.
std::string held_now(int version) {
  const std::string lease = version == 1
                                ? "lease_expires_at = 60 + (julianday('now') - 2440587.5) * 86400"
                                : "lease_boot = '" + lease_boot() + "', lease_expires_at = " + std::to_string(lease_seconds_now() + 60);
  return "UPDATE run SET status = 'running', token = 'someone', " + lease + " WHERE id = 2";
}

class OlderVersion : public StoredVersion {};

TEST_P(OlderVersion, IsNotUpgradedWhileSomebodyIsAtWorkOnIt) {
  Folder folder;
  restore(folder / "old.db", GetParam());
  raw(folder / "old.db").exec(held_now(GetParam()));
  const std::string message = message_of([&] { WholeFile database(folder / "old.db", Access::upgrade, kept); });
  EXPECT_NE(message.find("workers hold runs: 2"), std::string::npos) << message;
  EXPECT_EQ(schema_of(folder / "old.db"), GetParam());
  // A lease that is over, or of another start of the machine, holds nothing.
  raw(folder / "old.db").exec("UPDATE run SET lease_expires_at = 1 WHERE id = 2");
  WholeFile(folder / "old.db", Access::upgrade, kept);
  EXPECT_EQ(schema_of(folder / "old.db"), kSchemaVersion);
}

INSTANTIATE_TEST_SUITE_P(Released, StoredVersion, ::testing::Range(1, kSchemaVersion + 1));
INSTANTIATE_TEST_SUITE_P(Released, OlderVersion, ::testing::Range(1, kSchemaVersion));

TEST(Schema, AFileThatTheProgramsOfVersion2MadeKeepsEveryRunWithItsPlace) {
  Folder folder;
  raw(folder / "old.db").exec(contents(fs::path(STEEPEST_SOURCE_DIR) / "tests/store/data/schema_v2_made.sql"));
  WholeFile database(folder / "old.db", Access::upgrade, kept);
  EXPECT_EQ(text(database, "SELECT group_concat(id || status, ' ') FROM (SELECT id, status FROM run ORDER BY id)"),
            "1completed 2completed 3completed 4completed 5completed 6queued");
  EXPECT_EQ(text(database,
                 "SELECT group_concat(name || run_id, ' ') FROM (SELECT name, run_id FROM study_run JOIN study ON study.id = study_id "
                 "ORDER BY name)"),
            "ad_hoc6 rerun2");
  EXPECT_EQ(number(database, "SELECT count(*) FROM event"), 13);
  EXPECT_EQ(latest_event(database), number(database, "SELECT max(id) FROM event"));
  EXPECT_TRUE(live_plans(database).empty());
  EXPECT_EQ(text(database, "PRAGMA integrity_check"), "ok");
  EXPECT_EQ(database.reader.query("PRAGMA foreign_key_check").rows.size(), 0u);
  EXPECT_EQ(claim(database, *database.reader.study_id("ad_hoc"), "quick", "worker", 10)->id, 6);
}

TEST(Schema, AtWorkAreTheCallsOfThisVersionAndTheirWorkers) {
  Folder folder;
  WholeFile database(folder / "a.db");
  const auto study = plan(database, 2);
  SQLite::Database file = raw(folder / "a.db");
  EXPECT_EQ(at_work(file, kSchemaVersion), "");
  const auto call = open_plan(database, content_of(database, study, "quick"));
  EXPECT_EQ(at_work(file, kSchemaVersion), "`steepest run` is at work on transfer (quick)");
  ASSERT_TRUE(database.queue.claim(call, "me", 60));
  EXPECT_EQ(at_work(file, kSchemaVersion), "`steepest run` is at work on transfer (quick); workers hold runs: 1");
  close_plan(database, call);
  EXPECT_EQ(at_work(file, kSchemaVersion), "workers hold runs: 1");
}

TEST(Schema, StepsLeadToTheVersionThatTheHeaderNames) {
  int version = 1;
  for (const Migration& step : schema().migrations) EXPECT_EQ(step.to, ++version);
  EXPECT_EQ(version, kSchemaVersion);
}

TEST(Schema, OnlyMissingStepsAreApplied) {
  Folder folder;
  SQLite::Database database = raw(folder / "a.db");
  bring_up_to(database, {1, "CREATE TABLE a (x)", {{"v", "", "CREATE VIEW v AS SELECT x FROM a"}}});
  database.exec("INSERT INTO a VALUES (7)");
  const Schema third{3,
                     "CREATE TABLE b (x)",
                     {{"v", "", "CREATE VIEW v AS SELECT x * 10 + y AS z FROM a"}},
                     {{2, "ALTER TABLE a ADD COLUMN y DEFAULT 1"}, {3, "UPDATE a SET y = y + 1"}}};
  bring_up_to(database, third);
  bring_up_to(database, third);
  EXPECT_EQ(schema_version(database), 3);
  EXPECT_EQ(database.execAndGet("SELECT z FROM v").getInt(), 72) << "the views are today's";
  EXPECT_FALSE(database.tableExists("b")) << "that is for new files";
}

TEST(Schema, AFailedUpgradeLeavesTheFileAsItWas) {
  Folder folder;
  SQLite::Database database = raw(folder / "a.db");
  bring_up_to(database, {1, "CREATE TABLE a (x)", {}});
  EXPECT_THROW(bring_up_to(database, {2, "", {}, {{2, "CREATE TABLE b (x); CREATE TABLE a (x)"}}}), SQLite::Exception);
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
        WholeFile database(folder / "a.db");
        database.planner.put_run(new_run(1));
        return 0;
      }));
    }
    for (pid_t child : children) EXPECT_EQ(exit_status(child), 0);
    EXPECT_EQ(number(ReadOnlyFile(folder / "a.db").reader(), "SELECT count(*) FROM run"), 1);
  }
}

TEST(Schema, ANewerFileIsRefusedUnchanged) {
  Folder folder;
  const fs::path path = folder / "a.db";
  { WholeFile database(path); }
  raw(path).exec("PRAGMA user_version = 7; PRAGMA journal_mode = DELETE");
  const std::string before = contents(path);
  for (const bool to_write : {false, true}) {
    const std::string message = message_of([&] { open_as_it_is(path, to_write); });
    EXPECT_NE(message.find("version 7"), std::string::npos) << message;
    EXPECT_NE(message.find("up to " + std::to_string(kSchemaVersion)), std::string::npos) << message;
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
  EXPECT_NE(message_of([&] { WholeFile database(path); }).find("another program"), std::string::npos);
  EXPECT_EQ(contents(path), before);
}

}  // namespace
}  // namespace steepest::store::testing
