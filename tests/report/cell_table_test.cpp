// cell_table_test.cpp: baselines by replaced values, and the table of cells.
#include "report/cell_table.h"

#include <gmock/gmock.h>

#include <cmath>
#include <functional>

#include "options/error.h"
#include "report/baselines.h"

namespace steepest::report {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string cell(int rank, double rate) { return nlohmann::json{{"model.rank", rank}, {"optimizer.learning_rate", rate}}.dump(); }

std::string message_of(const std::function<void()>& body) {
  try {
    body();
  } catch (const options::InputError& error) {
    return error.what();
  }
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
  const std::string smooth = R"({"flow":"specgf","flow.smoothing":0.1})", smoother = R"({"flow":"specgf","flow.smoothing":0.2})", plain = R"({"flow":"gradient_flow"})";
  const auto baselines = baselines_against({smooth, smoother, plain}, {"flow=gradient_flow"});
  for (const auto& name : {smooth, smoother, plain}) EXPECT_EQ(baselines.at(name), plain);
  const auto other = baselines_against({smooth, smoother, plain}, {"flow.smoothing=0.1"});
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
  store::StatisticRow low, high, broken;
  low.cell = "low", low.mean = 1;
  high.cell = "high", high.mean = 2;
  broken.cell = "broken", broken.mean = std::nan("");
  EXPECT_EQ(lowest_mean({high, broken, low}, {}), "low");
  EXPECT_EQ(lowest_mean({high, broken, low}, {"low"}), "high");
  EXPECT_EQ(lowest_mean({high, low}, {"low", "high"}), "low");
  EXPECT_EQ(lowest_mean({broken}, {}), "");
}

CellLine line(int rank, double rate, std::int64_t n, const std::string& baseline) {
  CellLine result{cell(rank, rate), 3, 3 - n, 0, 0, {}, {}, baseline};
  if (n > 0) {
    result.own.emplace();
    *result.own = {result.cell, "loss", "quick", n, 1.5, 0.25, 1.0, 2.0, "bootstrap", 1, "h"};
  }
  if (!baseline.empty() && baseline != result.cell) {
    result.comparison = {result.cell, "loss", "quick", n, -0.5, 0.125, -0.75, -0.25, "bootstrap", 1, "h", baseline, 0.75, 0.5, 1.0};
  }
  return result;
}

TEST(CellTable, ShowsHowManySeedsStandBehindEveryNumber) {
  const auto report = cell_report("transfer", "quick", "loss", {line(16, 0.1, 2, cell(0, 0.1)), line(8, 0.1, 0, ""), line(0, 0.1, 2, cell(0, 0.1))});
  const auto document = nlohmann::json::parse(render(report, Format::json, true));
  const auto rows = document.at("rows");
  EXPECT_EQ(rows[0].at("model.rank"), 0);
  EXPECT_EQ(rows[1].at("model.rank"), 8) << "by value, not by text";
  EXPECT_EQ(rows[1].at("n"), 0);
  EXPECT_EQ(rows[1].at("diverged"), 3);
  EXPECT_TRUE(rows[1].at("mean").is_null());
  EXPECT_EQ(rows[2].at("pairs"), 2);
  EXPECT_EQ(rows[2].at("difference"), -0.5);
  EXPECT_EQ(rows[2].at("probability_high"), 1.0);
  const auto text = render(report, Format::table, true);
  EXPECT_THAT(text, HasSubstr("rank=dense learning_rate=0.1")) << "the one baseline stands above";
  EXPECT_THAT(text, HasSubstr("the smallest n is 2"));
  EXPECT_THAT(text, HasSubstr("about half"));
  EXPECT_THAT(text, HasSubstr("-0.5000 ± 0.1250"));
  EXPECT_THAT(text, HasSubstr("1 cell has no baseline"));
  EXPECT_THAT(text, Not(HasSubstr("unfinished")));
}

TEST(CellTable, HidesNoSmallNumberBehindZeros) {
  auto small = line(8, 0.1, 2, cell(0, 0.1));
  small.own->mean = 4.9e-4;
  small.comparison->mean = 5.7e-7;
  const auto text = render(cell_report("t", "quick", "loss", {small}), Format::table, true);
  EXPECT_THAT(text, HasSubstr("4.90e-04 ±"));
  EXPECT_THAT(text, HasSubstr("+5.70e-07 ±"));
}

TEST(CellTable, OfDivergedRunsAloneStillShowsThem) {
  const auto text = render(cell_report("t", "quick", "loss", {line(8, 0.1, 0, "")}), Format::table, true);
  EXPECT_THAT(text, HasSubstr("left out of means"));
  EXPECT_THAT(text, Not(HasSubstr("intervals by")));
}

TEST(CellTable, ABaselineThatDiffersInTheSameKeysStandsAboveAsThese) {
  const auto shared = cell_report("t", "quick", "loss", {line(8, 0.1, 2, cell(0, 0.1)), line(8, 0.3, 2, cell(0, 0.3))});
  EXPECT_THAT(render(shared, Format::table, true), HasSubstr("rank=dense, the other keys as in the cell"));
  const auto mixed = cell_report("t", "quick", "loss", {line(8, 0.1, 2, cell(0, 0.1)), line(8, 0.3, 2, cell(16, 0.3))});
  EXPECT_THAT(render(mixed, Format::table, true), HasSubstr("baseline")) << "then it is a column";
  EXPECT_THAT(render(mixed, Format::table, true), HasSubstr("rank=16"));
}

}  // namespace
}  // namespace steepest::report
