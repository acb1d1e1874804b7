// record_test.cpp: what a worker writes comes back as it was.
#include "support.h"

#include <cmath>
#include <limits>
#include <random>

namespace steepest::store::testing {
namespace {

class Record : public ::testing::Test {
 protected:
  Record() : database(folder / "a.db"), study(plan(database, 1)), run(claim(database, study, "quick", "me", 1000)->id) {}
  Folder folder;
  WholeFile database;
  std::int64_t study, run;
};

TEST_F(Record, EveryDoubleComesBackToTheBit) {
  std::mt19937_64 engine(1);
  std::vector<MetricRow> rows;
  for (int step = 0; step < 500; ++step) {
    const std::uint64_t bits = engine();
    double value;
    std::memcpy(&value, &bits, sizeof value);
    if (!std::isnan(value)) rows.push_back({"noise", step, value});
  }
  const double infinity = std::numeric_limits<double>::infinity();
  rows.push_back({"noise", 1000, infinity});
  rows.push_back({"noise", 1001, -infinity});
  rows.push_back({"noise", 1002, std::numeric_limits<double>::denorm_min()});
  ASSERT_TRUE(database.recorder.record(run, "me", rows));
  const auto back = database.reader.metrics(run, "noise");
  ASSERT_EQ(back.size(), rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(back[i].step, rows[i].step);
    EXPECT_EQ(back[i].value, rows[i].value);
  }
}

TEST_F(Record, NotANumberIsNullInTheFileAndNotANumberAgain) {
  ASSERT_TRUE(database.recorder.record(run, "me", {{"train_loss", 3, std::nan("")}}));
  EXPECT_EQ(number(database, "SELECT value IS NULL FROM metric"), 1);
  EXPECT_TRUE(std::isnan(*database.reader.last_metric(run, "train_loss")));
}

TEST_F(Record, LastMetricIsTheOneOfTheLargestStep) {
  ASSERT_TRUE(database.recorder.record(run, "me", {{"a", 20, 2.0}, {"a", 100, 1.0}, {"a", 3, 5.0}, {"b", 200, 9.0}}));
  EXPECT_EQ(database.reader.last_metric(run, "a"), 1.0);
  EXPECT_EQ(database.reader.last_metric(run, "c"), std::nullopt);
}

TEST_F(Record, WritingAStepAgainReplacesIt) {
  ASSERT_TRUE(database.recorder.record(run, "me", {{"a", 1, 1.0}}, {{"w", 1, 0, 1.0}}));
  ASSERT_TRUE(database.recorder.record(run, "me", {{"a", 1, 2.0}}, {{"w", 1, 0, 3.0}}));
  ASSERT_EQ(database.reader.metrics(run, "a").size(), 1u);
  EXPECT_EQ(database.reader.metrics(run, "a")[0].value, 2.0);
  ASSERT_EQ(database.reader.spectra(run).size(), 1u);
  EXPECT_EQ(database.reader.spectra(run)[0].value, 3.0);
}

TEST_F(Record, RewindForgetsWhatCameAfterAndNothingElse) {
  for (int step = 1; step <= 10; ++step) {
    ASSERT_TRUE(database.recorder.record(run, "me", {{"a", step, 1.0}}, {{"w", step, 0, 2.0}, {"w", step, 1, 1.0}}));
  }
  ASSERT_TRUE(database.recorder.rewind(run, "me", 4));
  EXPECT_EQ(database.reader.metrics(run, "a").size(), 4u);
  EXPECT_EQ(database.reader.metrics(run, "a").back().step, 4);
  EXPECT_EQ(database.reader.spectra(run).size(), 8u);
  EXPECT_EQ(database.reader.runs(study, "quick")[0].step, 4);
}

TEST_F(Record, AForeignTokenWritesNothing) {
  EXPECT_FALSE(database.recorder.record(run, "you", {{"a", 1, 1.0}}));
  EXPECT_FALSE(database.recorder.record(run + 1, "me", {{"a", 1, 1.0}}));
  EXPECT_FALSE(database.recorder.rewind(run, "you", 0));
  EXPECT_EQ(number(database, "SELECT count(*) FROM metric"), 0);
}

TEST_F(Record, OneRowPerEnvironment) {
  const auto other = database.planner.put_run(new_run(77));
  database.recorder.set_environment(run, {{"cores", 2}, {"cpu", "x"}});
  database.recorder.set_environment(other, {{"cpu", "x"}, {"cores", 2}});
  EXPECT_EQ(number(database, "SELECT count(*) FROM environment"), 1);
  EXPECT_EQ(number(database, "SELECT count(*) FROM run WHERE environment_id = 1"), 2);
  database.recorder.set_environment(run, {{"cores", 4}, {"cpu", "x"}});
  EXPECT_EQ(number(database, "SELECT count(*) FROM environment"), 2);
}

TEST_F(Record, EventsWithAndWithoutARun) {
  database.recorder.event(run, "retry", "signal 9");
  database.recorder.event(std::nullopt, "note", "it's \"quoted\"; -- even so");
  EXPECT_EQ(text(database, "SELECT message FROM event WHERE run_id IS NULL"), "it's \"quoted\"; -- even so");
  EXPECT_EQ(text(database, "SELECT message FROM event WHERE kind = 'retry' AND run_id = 1"), "signal 9");
  EXPECT_EQ(number(database, "SELECT count(*) FROM event WHERE at GLOB '20[0-9][0-9]-[01][0-9]-[0-3][0-9]T*:*:*.[0-9][0-9][0-9]Z'"),
            number(database, "SELECT count(*) FROM event"));
  EXPECT_LT(number(database, "SELECT max(abs(julianday('now') - julianday(at))) FROM event"), 1.0 / 24) << "UTC, and SQLite reads it";
}

}  // namespace
}  // namespace steepest::store::testing
