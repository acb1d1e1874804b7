// statistic_test.cpp: levels, shifts and their bootstrap, over random samples.
#include "results/statistic.h"

#include <algorithm>
#include <cmath>
#include <random>

#include "results/made_study.h"

namespace steepest::results {
namespace {

using store::RunStatus;

constexpr const char* kLoss = "validation_loss";

/// A study of random losses at ranks 0 … 3 and one rate, made in a random order; some runs diverge, fail or are still to come.
class Shifts : public MadeStudy {
 protected:
  void make_random(std::uint64_t seed) {
    std::mt19937_64 engine(seed);
    std::normal_distribution<double> noise(2, 0.3);
    std::vector<std::pair<int, int>> runs;
    for (int rank = 0; rank < 4; ++rank) {
      for (int each = 0; each < 7; ++each) runs.emplace_back(rank, each);
    }
    std::shuffle(runs.begin(), runs.end(), engine);
    const RunStatus statuses[] = {RunStatus::completed, RunStatus::completed, RunStatus::completed, RunStatus::diverged, RunStatus::failed};
    for (const auto& [rank, each] : runs) rated(rank, 0.1, each, noise(engine), statuses[engine() % 5]);
  }
};

TEST(BootstrapSeed, IsFixedForAllTimeAndOneForBothDirections) {
  // Reference: FNV-1a of one line feed, 64 bits, shifted into a signed integer; computed apart.
  EXPECT_EQ(bootstrap_seed({""}, ""), static_cast<std::int64_t>(0xaf63c74c8601c8ddULL >> 1));
  EXPECT_NE(bootstrap_seed({R"({"x":1})"}, kLoss), bootstrap_seed({R"({"x":2})"}, kLoss));
  EXPECT_EQ(bootstrap_seed({"a", "b"}, kLoss), bootstrap_seed({"b", "a"}, kLoss));
  EXPECT_GE(bootstrap_seed({"anything"}, "at all"), 0);
}

TEST_F(Shifts, AreOppositeInBothDirectionsToTheLastBit) {
  for (const std::uint64_t seed : {1, 2, 3}) {
    make_random(seed);
    const auto study = load();
    for (const auto& a : study.cells) {
      for (const auto& b : study.cells) {
        const auto there = shift(study, a, b, kLoss), back = shift(study, b, a, kLoss);
        ASSERT_EQ(there.n, back.n);
        EXPECT_EQ(there.runs, back.runs);
        if (there.n == 0) continue;
        EXPECT_EQ(there.mean, 0 - back.mean);
        if (there.n < 2) continue;
        EXPECT_EQ(there.standard_error, back.standard_error);
        EXPECT_EQ(there.interval.low, 0 - back.interval.high);
        EXPECT_LE(there.interval.low, there.mean + 1e-12);
      }
    }
  }
}

TEST_F(Shifts, AreMeansOfTheDifferencesThatANaiveQueryFinds) {
  make_random(5);
  const auto study = load();
  const auto answer = database_.reader.query(
      "SELECT a.cell, b.cell, count(*), avg(x.last_value - y.last_value) FROM study_run a JOIN study_run b "
      "JOIN run r ON r.id = a.run_id JOIN run s ON s.id = b.run_id "
      "JOIN metric_summary x ON x.run_id = r.id JOIN metric_summary y ON y.run_id = s.id "
      "WHERE r.seed = s.seed AND r.status = 'completed' AND s.status = 'completed' GROUP BY a.cell, b.cell");
  ASSERT_GT(answer.rows.size(), 10u);
  for (const auto& row : answer.rows) {
    const auto found = shift(study, *study.find(row[0]), *study.find(row[1]), kLoss);
    EXPECT_EQ(std::to_string(found.n), row[2]);
    EXPECT_NEAR(found.mean, std::stod(row[3]), 1e-12);
  }
}

TEST_F(Shifts, DoNotDependOnTheOrderOfRuns) {
  make_random(6);
  auto study = load();
  const auto before = study;
  std::mt19937_64 engine(1);
  std::shuffle(study.cells.begin(), study.cells.end(), engine);
  for (std::size_t i = 0; i < study.cells.size(); ++i) study.places[study.cells[i].text] = i;
  for (auto& cell : study.cells) std::shuffle(cell.runs.begin(), cell.runs.end(), engine);
  for (const auto& a : before.cells) {
    for (const auto& b : before.cells) {
      const auto one = shift(before, a, b, kLoss), other = shift(study, *study.find(a.text), *study.find(b.text), kLoss);
      EXPECT_EQ(one.n, other.n);
      if (one.n < 2) continue;
      EXPECT_EQ(std::tuple(one.mean, one.standard_error, one.interval.low, one.interval.high),
                std::tuple(other.mean, other.standard_error, other.interval.low, other.interval.high));
    }
    EXPECT_EQ(runs_hash(a, kLoss), runs_hash(*study.find(a.text), kLoss));
  }
}

TEST_F(Shifts, NameTheRunsBehindThem) {
  make_random(7);
  const auto study = load();
  for (const auto& a : study.cells) {
    const auto own = level(study, a, kLoss);
    EXPECT_EQ(own.n, static_cast<std::int64_t>(own.runs.size()));
    EXPECT_FALSE(own.method.empty());
    for (const auto& b : study.cells) {
      const auto found = shift(study, a, b, kLoss);
      EXPECT_EQ(static_cast<std::int64_t>(found.runs.size()), (&a == &b ? 1 : 2) * found.n);
      for (const auto id : found.runs) EXPECT_EQ(database_.reader.run_details(id)->status, RunStatus::completed);
    }
  }
}

TEST_F(Shifts, AStoredRowIsTakenAsItIsAsLongAsItStandsForTheRuns) {
  make_random(8);
  auto study = load();
  const Cell &cell = study.cells[0], &baseline = study.cells[1];
  const auto computed = shift(study, cell, baseline, kLoss);
  store::StatisticRow row{
      cell.text, kLoss, "quick", computed.n, 99.0, 1, 98, 100, computed.method, computed.bootstrap_seed, runs_hash(cell, baseline, kLoss)};
  row.baseline = baseline.text, row.probability = 0.25;
  const auto with = [&](const store::StatisticRow& stored) {
    study.stored = {{{cell.text, baseline.text, kLoss}, stored}};
    return shift(study, cell, baseline, kLoss).mean;
  };
  EXPECT_EQ(with(row), 99.0);
  EXPECT_EQ(improvement(study, cell, baseline, kLoss).probability, 0.25);
  for (const auto spoil :
       {+[](store::StatisticRow& stored) { stored.runs_hash = "other runs"; },
        +[](store::StatisticRow& stored) { ++stored.bootstrap_seed; }, +[](store::StatisticRow& stored) { stored.method = "of old"; }}) {
    auto old = row;
    spoil(old);
    EXPECT_EQ(with(old), computed.mean);
  }
}

}  // namespace
}  // namespace steepest::results
