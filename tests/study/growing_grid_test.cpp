// growing_grid_test.cpp: learning rates written as a range, and what a grid that grows may come to.
#include <gmock/gmock.h>

#include <cmath>

#include "study/own_study.h"
#include "study/rate_range.h"

namespace steepest::study {
namespace {

using nlohmann::json;
using testing::DoubleEq;
using testing::ElementsAre;
using testing::HasSubstr;

RateRange range(const json& value) {
  return read_rate_range(hydra::Node::from_json(value, hydra::Origin::of({"f.yaml", 3})), "sweep.rate");
}

void expect_equal_ratios(const std::vector<double>& rates) {
  ASSERT_GE(rates.size(), 2u);
  const double ratio = std::pow(rates.back() / rates.front(), 1.0 / static_cast<double>(rates.size() - 1));
  EXPECT_GT(ratio, 1);
  for (std::size_t i = 1; i < rates.size(); ++i) EXPECT_NEAR(rates[i] / rates[i - 1], ratio, 1e-3 * ratio) << i;
}

TEST(RateRange, GoesFromOneEndToTheOtherInEqualRatios) {
  EXPECT_THAT(range({{"from", 0.03}, {"to", 0.3}, {"points", 3}}).rates, ElementsAre(0.03, 0.09487, 0.3));
  EXPECT_THAT(range({{"from", 0.01}, {"to", 1}, {"points", 3}}).rates, ElementsAre(0.01, 0.1, 1.0));
  EXPECT_EQ(range({{"from", 0.01}, {"to", 1}}).rates.size(), 9u) << "four a decade";
  EXPECT_THAT(range({{"from", 0.1}, {"to", 0.11}}).rates, ElementsAre(0.1, 0.11));
  EXPECT_TRUE(range({{"from", 0.01}, {"to", 1}}).beyond.empty());
  EXPECT_TRUE(range({{"from", 0.01}, {"to", 1}, {"grow", false}}).beyond.empty());
}

TEST(RateRange, GrowsInTheSameRatioAsFarAsItsLimits) {
  for (const auto& [from, to, points] : {std::tuple(0.03, 0.3, 3), std::tuple(0.017, 0.9, 7), std::tuple(1e-4, 5.0, 2)}) {
    const auto found = range({{"from", from}, {"to", to}, {"points", points}, {"grow", true}});
    std::vector<double> all = found.rates;
    all.insert(all.end(), found.beyond.begin(), found.beyond.end());
    std::sort(all.begin(), all.end());
    expect_equal_ratios(all);
    const double reach = std::max(10.0, all[1] / all[0]) * 1.001;
    EXPECT_GE(all.front(), from / reach);
    EXPECT_LE(all.back(), to * reach);
    EXPECT_LT(all.front(), from);
    EXPECT_GT(all.back(), to);
  }
  EXPECT_THAT(range({{"from", 0.1}, {"to", 1}, {"points", 2}, {"grow", true}, {"lowest", 0.001}, {"highest", 9}}).beyond,
              ElementsAre(DoubleEq(0.001), DoubleEq(0.01)))
      << "a limit that is a rate is tried, and nothing beyond one";
}

TEST(RateRange, RatesDoNotDependOnTheLastBitsOfAPower) {
  for (const double rate : range({{"from", 0.003}, {"to", 0.7}, {"points", 11}, {"grow", true}}).beyond) {
    std::ostringstream text;
    text << std::setprecision(4) << rate;
    EXPECT_EQ(std::stod(text.str()), rate);
  }
}

options::InputError::Parts refused(const json& value) {
  try {
    range(value);
  } catch (const options::InputError& error) {
    EXPECT_EQ(error.parts().file, "f.yaml");
    EXPECT_EQ(error.parts().line, 3);
    return error.parts();
  }
  ADD_FAILURE() << "accepted: " << value;
  return {};
}

TEST(RateRange, SaysWhatIsWrong) {
  const auto grows = [](json more) {
    json value = {{"from", 0.1}, {"to", 1}, {"grow", true}};
    value.update(more);
    return value;
  };
  EXPECT_EQ(refused(grows({{"point", 3}})).nearest, "points");
  EXPECT_EQ(refused({{"to", 1}}).key, "sweep.rate.from");
  EXPECT_EQ(refused({{"from", 1}}).key, "sweep.rate.to");
  EXPECT_EQ(refused({{"from", 0}, {"to", 1}}).valid, "a number > 0");
  EXPECT_EQ(refused({{"from", "fast"}, {"to", 1}}).key, "sweep.rate.from");
  EXPECT_THAT(refused({{"from", 1}, {"to", 0.1}}).valid, HasSubstr("> 1"));
  EXPECT_THAT(refused(grows({{"lowest", 0.1}, {"highest", 1}})).problem, HasSubstr("cannot grow"));
  EXPECT_EQ(refused(grows({{"points", 1}})).key, "sweep.rate.points");
  EXPECT_EQ(refused(grows({{"points", 2.5}})).key, "sweep.rate.points");
  EXPECT_EQ(refused(grows({{"grow", "yes"}})).valid, "true or false");
  EXPECT_THAT(refused(grows({{"lowest", 0.5}})).valid, HasSubstr("<= 0.1"));
  EXPECT_THAT(refused(grows({{"highest", 0.5}})).valid, HasSubstr(">= 1"));
  EXPECT_THAT(refused({{"from", 0.1}, {"to", 1}, {"highest", 2}}).problem, HasSubstr("does not grow"));
  EXPECT_THAT(refused({{"from", 0.1}, {"to", 0.1001}, {"points", 50}}).problem, HasSubstr("too close"));
  EXPECT_THAT(refused({{"from", 0.1}, {"to", 0.101}, {"points", 3}, {"grow", true}, {"highest", 1e9}}).problem, HasSubstr("1000 rates"));
}

using GrowingGrid = StudyFile;

const std::string kHead = "overrides: [data=synthetic]\nreport: {kind: best_rate}\n";
const std::string kGrowing = "optimizer.learning_rate: {from: 0.1, to: 1, points: 2, grow: true, lowest: 0.01, highest: 10}";

std::vector<double> rates_of(const std::vector<PlannedRun>& runs) {
  std::vector<double> rates;
  for (const auto& run : runs) rates.push_back(run.cell.at("optimizer.learning_rate").get<double>());
  return rates;
}

TEST_F(GrowingGrid, AsksForItsRangeAtFirstAndKnowsWhatMayCome) {
  const auto study = load_text(kHead + "sweep: {model.rank: [2, 4], " + kGrowing + "}\nseeds: 2\n");
  EXPECT_THAT(rates_of(study.runs), ElementsAre(0.1, 0.1, 1, 1, 0.1, 0.1, 1, 1));
  ASSERT_TRUE(study.growth);
  EXPECT_EQ(study.growth->rate, "optimizer.learning_rate");
  EXPECT_EQ(study.growth->metric, "validation_loss");
  EXPECT_THAT(rates_of(study.growth->beyond), ElementsAre(0.01, 0.01, 10, 10, 0.01, 0.01, 10, 10));
  EXPECT_TRUE(study.whole);
}

TEST_F(GrowingGrid, OneGridOfSeveralMayGrowAndItsCellsHaveTheKeysOfAll) {
  const auto study =
      load_text(kHead + "sweep:\n  - {optimizer: muon, model.rank: dense, optimizer.learning_rate: [0.1]}\n  - {model.rank: 2, " +
                kGrowing + "}\nvariations:\n  - {model.heads: 1}\n  - {optimizer.learning_rate: 0.5}\n");
  ASSERT_TRUE(study.growth);
  ASSERT_EQ(study.growth->beyond.size(), 4u) << "as it stands and with one head; a variation with a rate of its own does not grow";
  for (const auto& run : study.growth->beyond) {
    EXPECT_EQ(run.cell.at("model.rank"), 2);
    EXPECT_EQ(run.cell.size(), study.runs.front().cell.size());
  }
}

TEST_F(GrowingGrid, RatesThatTheUserNamesDoNotGrowAndSeedsAreHis) {
  const std::string text = kHead + "sweep: {model.rank: 2, " + kGrowing + "}\n";
  EXPECT_FALSE(load_text(text, "quick", {"optimizer.learning_rate=0.2"}).growth);
  const auto seeds = load_text(text, "quick", {"seed=4"});
  ASSERT_TRUE(seeds.growth);
  for (const auto& run : seeds.growth->beyond) EXPECT_EQ(run.seed, 4);
}

TEST_F(GrowingGrid, AScaleReplacesIt) {
  const auto study = load_text(kHead + "sweep: {" + kGrowing + "}\nscales: {paper: {sweep: {optimizer.learning_rate: [0.1]}}}\n", "paper");
  EXPECT_FALSE(study.growth);
}

TEST_F(GrowingGrid, SaysWhereItCannotGrow) {
  const auto at_line = [&](const std::string& text, int line) {
    const auto parts = complaint(text);
    EXPECT_THAT(parts.file, testing::EndsWith("mine.yaml"));
    EXPECT_EQ(parts.line, line) << parts.problem;
    return parts;
  };
  EXPECT_THAT(at_line("sweep: {" + kGrowing + "}\n", 1).problem, HasSubstr("no report says which rate is best"));
  EXPECT_THAT(at_line(kHead + "sweep: {optimizer.weight_decay: {from: 0.1, to: 1, grow: true}}\n", 3).problem,
              HasSubstr("the rate of the report is optimizer.learning_rate"));
  EXPECT_THAT(at_line(kHead + "sweep: {optimizer.learning_rate: 0.1}\nvariations: [{" + kGrowing + "}]\n", 4).problem,
              HasSubstr("a variation does not grow"));
  EXPECT_EQ(at_line(kHead + "sweep:\n  optimizer.learning_rate: {from: 0.1, too: 1}\n", 4).nearest, "to");
}

// At a rate of 100 the default weight decay of 0.01 takes everything away.
TEST_F(GrowingGrid, ARateThatNoRunCanHaveIsToldBeforeAnythingRuns) {
  const auto parts = complaint(kHead + "sweep: {optimizer.learning_rate: {from: 0.1, to: 1, points: 2, grow: true, highest: 1000}}\n");
  EXPECT_THAT(parts.problem, HasSubstr("which the grid may grow to"));
  EXPECT_THAT(parts.valid, HasSubstr("highest"));
}

}  // namespace
}  // namespace steepest::study
