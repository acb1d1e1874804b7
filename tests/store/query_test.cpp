// query_test.cpp: the user's SQL reads everything and changes nothing.
#include "support.h"

namespace steepest::store::testing {
namespace {

class Query : public ::testing::Test {
 protected:
  Query() : database(folder / "a.db"), study(plan(database, 3)) {}
  Folder folder;
  WholeFile database;
  std::int64_t study;
};

TEST_F(Query, GivesColumnsAndRowsAsText) {
  const auto table =
      database.reader.query("SELECT id AS number, identity, error, 0.5 FROM run WHERE id < 3 ORDER BY id;  -- the first two\n");
  EXPECT_EQ(table.columns, (std::vector<std::string>{"number", "identity", "error", "0.5"}));
  EXPECT_EQ(table.rows, (std::vector<std::vector<std::string>>{{"1", "identity-0", "", "0.5"}, {"2", "identity-1", "", "0.5"}}));
}

TEST_F(Query, GivesNumbersAsNumbersWhereValuesAreAskedFor) {
  const auto answer = database.reader.query_values("SELECT id, identity, finished_at, 0.1 + 0.2, 9e999, -9e999 FROM run WHERE id = 1");
  EXPECT_EQ(answer.columns.at(0), "id");
  ASSERT_EQ(answer.rows.size(), 1u);
  EXPECT_EQ(answer.rows[0], (std::vector<nlohmann::json>{1, "identity-0", nullptr, 0.1 + 0.2, "Infinity", "-Infinity"}));
  EXPECT_NE(message_of([&] { database.reader.query_values("DELETE FROM run"); }).find("only reading"), std::string::npos);
}

class Writes : public Query, public ::testing::WithParamInterface<const char*> {};

TEST_P(Writes, AreRefused) {
  const std::string before = text(database, "SELECT group_concat(id || status, ' ') FROM run");
  const std::string message = message_of([&] { database.reader.query(GetParam()); });
  EXPECT_NE(message.find("only reading"), std::string::npos) << message;
  EXPECT_EQ(text(database, "SELECT group_concat(id || status, ' ') FROM run"), before);
  EXPECT_FALSE(fs::exists(folder / "b.db"));
  EXPECT_NO_THROW(database.planner.put_run(new_run(50))) << "the connection that writes is not affected";
}

INSTANTIATE_TEST_SUITE_P(Kinds, Writes,
                         ::testing::Values("DELETE FROM run", "UPDATE run SET status = 'failed'", "DROP TABLE metric",
                                           "INSERT INTO event (at, kind, message) VALUES ('', '', '')", "CREATE TABLE t (x)",
                                           "CREATE TEMP TABLE t (x)", "PRAGMA user_version = 9", "PRAGMA journal_mode = DELETE",
                                           "PRAGMA query_only = OFF", "ATTACH 'b.db' AS b", "VACUUM", "VACUUM INTO 'b.db'", "BEGIN",
                                           "REINDEX", "WITH x AS (SELECT 1) DELETE FROM run", "SELECT load_extension('x')",
                                           "DELETE FROM run RETURNING id"));

TEST_F(Query, TableValuedFunctionsWork) {
  EXPECT_EQ(number(database, "SELECT sum(value) FROM json_each('[1, 2, 4]')"), 7);
  EXPECT_GT(number(database, "SELECT count(*) FROM pragma_table_info('run')"), 10);
  EXPECT_EQ(text(database, "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT sum(i) FROM n"), "15");
  message_of([&] { database.reader.query("UPDATE sqlite_master SET sql = ''"); });
  EXPECT_EQ(text(database, "PRAGMA integrity_check"), "ok");
}

TEST_F(Query, AMistakeIsQuotedWithTheNamesThatExist) {
  const std::string table = message_of([&] { database.reader.query("SELECT * FROM metrics"); });
  EXPECT_NE(table.find("no such table: metrics"), std::string::npos) << table;
  EXPECT_NE(table.find("run_summary"), std::string::npos) << table;
  EXPECT_NE(table.find("\"metric\""), std::string::npos) << table;
  const std::string column = message_of([&] { database.reader.query("SELECT validation_los FROM run_summary"); });
  EXPECT_NE(column.find("\"validation_loss\""), std::string::npos) << column;
  EXPECT_NE(message_of([&] { database.reader.query("SELEC 1"); }).find("syntax error"), std::string::npos);
  EXPECT_NE(message_of([&] { database.reader.query("SELECT 1; SELECT 2"); }).find("more than one"), std::string::npos);
  EXPECT_NE(message_of([&] { database.reader.query(" -- nothing"); }).find("empty"), std::string::npos);
}

TEST_F(Query, SummaryHasOneLineARunWithItsParametersAndResults) {
  NewRun dense = new_run(100);
  dense.config = {{"model", {{"rank", "dense"}}}, {"optimizer", {{"name", "muon"}, {"learning_rate", 0.3}}}, {"training", {{"steps", 9}}}};
  dense.steps = 9;
  const auto run = database.planner.put_run(dense);
  database.planner.tie(study, run, "smoke", {}, 0);
  database.planner.tie(database.planner.put_study("other", "", {}), run, "paper", {}, 0);
  claim(database, study, "smoke", "me", 100);
  database.recorder.record(run, "me", {{"validation_loss", 3, 1.5}, {"validation_loss", 9, 1.75}, {"train_loss", 9, 1.25}});
  const auto table = database.reader.query(
      "SELECT status, studies, optimizer, rank, learning_rate, seed, total_steps, validation_loss, best_validation_loss, "
      "train_loss FROM run_summary WHERE identity = 'identity-100'");
  ASSERT_EQ(table.rows.size(), 1u);
  EXPECT_EQ(table.rows[0],
            (std::vector<std::string>{"running", "transfer:smoke other:paper", "muon", "dense", "0.3", "100", "9", "1.75", "1.5", "1.25"}));
  EXPECT_EQ(text(database, "SELECT typeof(rank) FROM run_summary WHERE identity = 'identity-0'"), "integer");
  EXPECT_EQ(number(database, "SELECT count(*) FROM run_summary"), 4);
}

}  // namespace
}  // namespace steepest::store::testing
