// baselines_test.cpp: which cell a cell is compared with, by replaced values or by the lowest mean.
#include "results/baselines.h"

#include <gmock/gmock.h>

#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>

#include "options/error.h"
#include "results/cells.h"

namespace steepest::results {
namespace {

using testing::HasSubstr;

std::string cell(int rank, double rate) { return nlohmann::json{{"model.rank", rank}, {"optimizer.learning_rate", rate}}.dump(); }

std::string message_of(const std::function<void()>& body) {
  try {
    body();
  } catch (const options::InputError& error) { return error.what(); }
  return "";
}

const std::vector<std::string> kCells{cell(0, 0.1), cell(0, 0.3), cell(8, 0.1), cell(8, 0.3), cell(16, 1.0)};

TEST(Baselines, AreTheCellWithTheKeysReplaced) {
  for (const char* word : {"model.rank=0", "model.rank=dense"}) {
    const auto baselines = baselines_against(kCells, {word});
    EXPECT_EQ(baselines.at(cell(8, 0.3)), cell(0, 0.3));
    EXPECT_EQ(baselines.at(cell(0, 0.3)), cell(0, 0.3)) << "a baseline is its own";
    EXPECT_EQ(baselines.count(cell(16, 1.0)), 0u) << "there is no dense cell at this rate";
  }
  const auto one = baselines_against(kCells, {"model.rank=0", "optimizer.learning_rate=1e-1"});
  for (const auto& name : kCells) EXPECT_EQ(one.at(name), cell(0, 0.1)) << "numbers are compared as numbers";
}

TEST(Baselines, MayHaveFewerKeys) {
  const std::string smooth = R"({"flow":"specgf","flow.smoothing_squared":0.1})",
                    smoother = R"({"flow":"specgf","flow.smoothing_squared":0.2})", plain = R"({"flow":"gradient_flow"})";
  const auto baselines = baselines_against({smooth, smoother, plain}, {"flow=gradient_flow"});
  for (const auto& name : {smooth, smoother, plain}) EXPECT_EQ(baselines.at(name), plain);
  const auto other = baselines_against({smooth, smoother, plain}, {"flow.smoothing_squared=0.1"});
  EXPECT_EQ(other.at(smoother), smooth);
  EXPECT_EQ(other.count(plain), 0u);
}

TEST(Baselines, MustExist) {
  EXPECT_THAT(message_of([] { baselines_against(kCells, {"model.rnk=0"}); }), HasSubstr("did you mean \"model.rank\"?"));
  EXPECT_THAT(message_of([] { baselines_against(kCells, {"model.rank=9"}); }), HasSubstr("valid: 0, 8, 16"));
  EXPECT_THAT(message_of([] { baselines_against(kCells, {"optimizer.learning_rate=0.33"}); }), HasSubstr("did you mean \"0.3\"?"));
  EXPECT_THAT(message_of([] { baselines_against(kCells, {"dense"}); }), HasSubstr("KEY=VALUE"));
  EXPECT_THAT(message_of([] { baselines_against({cell(0, 0.1), cell(8, 0.3)}, {"model.rank=0"}); }), HasSubstr("no cell"));
}

TEST(Baselines, ByDefaultAreTheLowestMeanWithoutDivergedRuns) {
  const std::vector<Cell> cells{{"high", {}, {}}, {"broken", {}, {}}, {"low", {}, {}}};
  const auto best = [&](double low_mean, double high_mean, bool low_diverged, bool high_diverged) {
    std::vector<CellRow> rows;
    for (const auto& cell : cells) rows.push_back({&cell, {}, {}, nullptr, {}});
    rows[0].level.mean = high_mean, rows[2].level.mean = low_mean;
    rows[0].counts.diverged = high_diverged, rows[2].counts.diverged = low_diverged;
    const auto baselines = against_lowest_mean(rows);
    return baselines.empty() ? "" : baselines.at("broken");
  };
  EXPECT_EQ(best(1, 2, false, false), "low");
  EXPECT_EQ(best(1, 2, true, false), "high");
  EXPECT_EQ(best(1, 2, true, true), "low");
  EXPECT_EQ(best(1, 1, false, false), "high") << "among equals the first by its text";
  EXPECT_EQ(best(std::nan(""), std::nan(""), false, false), "");
}

}  // namespace
}  // namespace steepest::results
