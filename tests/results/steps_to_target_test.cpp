// steps_to_target_test.cpp: steps to a target from recorded losses, the test, and the comparison with a baseline.
#include "results/steps_to_target.h"

#include <cmath>

#include "options/error.h"
#include "results/made_study.h"
#include "results/named.h"
#include "stats/significance.h"

namespace steepest::results {
namespace {

using nlohmann::json;
using store::RunStatus;

class StepsToTarget : public MadeStudy {
 protected:
  /// A run with its validation losses after steps 10, 20, ...
  void run(const std::string& optimizer, std::int64_t seed, const std::vector<double>& losses, RunStatus status = RunStatus::completed) {
    std::vector<store::MetricRow> rows;
    for (std::size_t i = 0; i < losses.size(); ++i) rows.push_back({"validation_loss", 10 * static_cast<std::int64_t>(i + 1), losses[i]});
    add({{"optimizer", {{"name", optimizer}}}}, {{"optimizer", optimizer}}, seed, status, rows);
  }
  json rows_of(json options) const {
    options.emplace("target", 2.0);
    const auto study = load(wanted_by("steps_to_target", options));
    return to_json(statistic("steps_to_target", options, study)).at("rows");
  }
};

double mean(const json& of) { return of.at("mean").get<double>(); }

TEST_F(StepsToTarget, AreInterpolatedBetweenTwoEvaluations) {
  run("muon", 0, {3, 2.2, 1.8, 1.7});  // half-way from 20 to 30
  run("muon", 1, {3, 2, 1.9, 1.9});    // at 20
  run("muon", 2, {1.5, 3, 1.9, 2.5});  // at once; what it does afterwards does not count
  const auto rows = rows_of(json::object());
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_NEAR(mean(rows[0].at("steps")), (25 + 20 + 10) / 3.0, 1e-12);
  EXPECT_EQ(rows[0].at("steps").at("n"), 3);
  EXPECT_EQ(rows[0].at("ended"), 3);
}

TEST_F(StepsToTarget, AShareOfTheRunsReachIt) {
  run("muon", 0, {3, 1.9});
  run("muon", 1, {3, 2.1});
  run("muon", 2, {3, 1.9}, RunStatus::diverged);
  run("muon", 3, {3, 1.9}, RunStatus::failed);
  run("muon", 4, {}, RunStatus::queued);
  const auto rows = rows_of(json::object());
  EXPECT_EQ(rows[0].at("steps").at("n"), 2) << "one that reached it and diverged afterwards has reached it";
  EXPECT_EQ(rows[0].at("ended"), 3);
  EXPECT_EQ(rows[0].at("p"), 1.0) << "the mean of an infinite loss is above every target";
  EXPECT_EQ(rows[0].at("below"), false);
}

TEST_F(StepsToTarget, TheTestIsThatOfTheLastValues) {
  const std::vector<double> last{1.9, 1.93, 1.95, 1.91};
  for (int seed = 0; seed < 4; ++seed) run("muon", seed, {3, 2.01 - 0.01 * seed, last[static_cast<std::size_t>(seed)]});
  const auto rows = rows_of(json::object());
  EXPECT_NEAR(rows[0].at("p").get<double>(), stats::p_below(last, 2), 1e-12);
  EXPECT_LT(rows[0].at("p").get<double>(), 0.01);
  EXPECT_EQ(rows[0].at("below"), true);
  EXPECT_EQ(rows[0].at("passed").at("step"), 30) << "at step 20 the mean is 1.995, with p = 0.27";
  EXPECT_NEAR(rows[0].at("passed").at("mean").get<double>(), 1.9225, 1e-12);
  const auto strict = rows_of({{"level", 1e-6}});
  EXPECT_EQ(strict[0].at("below"), false);
  EXPECT_TRUE(strict[0].at("passed").is_null());
}

// (3.28 - mean) sqrt(n) >= 0.004, as the optimization track of modded-nanogpt has it: deviation 0.0013, of which 0.004 is p = 0.001046.
TEST_F(StepsToTarget, AKnownDeviationGivesTheRuleOfTheBenchmark) {
  const json rule{{"target", 3.28}, {"deviation", 0.0013}, {"level", 0.5 * std::erfc(0.004 / 0.0013 / std::sqrt(2.0))}};
  const auto verdict = [&](const std::string& name, double margin) {
    for (int seed = 0; seed < 4; ++seed) run(name, seed, {3.28 - margin / 2});
  };
  verdict("just enough", 0.00401);
  verdict("not enough", 0.00399);
  const auto rows = rows_of(rule);
  EXPECT_EQ(rows[0].at("below"), true);
  EXPECT_EQ(rows[1].at("below"), false);
}

TEST_F(StepsToTarget, ACellIsComparedWithItsBaselineAtEqualSeeds) {
  for (int seed = 0; seed < 3; ++seed) {
    const double shift = 0.1 * seed;
    run("muon", seed, {3 + shift, 2, 1});
    run("adamw", seed, {3, 2.5, seed == 2 ? 2.1 : 2.0});
  }
  const auto rows = rows_of({{"against", {"optimizer=muon"}}});
  EXPECT_TRUE(rows[0].at("baseline").is_object());
  EXPECT_EQ(rows[0].at("difference").at("n"), 0) << "it is the baseline itself";
  EXPECT_EQ(rows[1].at("difference").at("n"), 2) << "of the third seed it never gets there";
  EXPECT_NEAR(mean(rows[1].at("difference")), 10, 1e-12);
  EXPECT_NEAR(mean(rows[1].at("ratio")), 1.5, 1e-12);
  EXPECT_EQ(rows[1].at("difference").at("runs").size(), 4u);
}

TEST_F(StepsToTarget, MistakesAreTold) {
  run("muon", 0, {3, 1});
  const auto told = [&](const json& options) {
    try {
      const auto study = load(wanted_by("steps_to_target", options));
      statistic("steps_to_target", options, study);
    } catch (const options::InputError& error) { return std::string(error.what()); }
    return std::string("nothing");
  };
  EXPECT_THAT(told(json::object()), testing::HasSubstr("target: this key is missing"));
  EXPECT_THAT(told({{"target", "low"}}), testing::HasSubstr("number"));
  EXPECT_THAT(told({{"target", 2}, {"metric", "validation_los"}}), testing::HasSubstr("\"validation_loss\""));
  EXPECT_THAT(told({{"target", 2}, {"against", {"optimizr=muon"}}}), testing::HasSubstr("optimizer"));
  EXPECT_THAT(told({{"target", 2}, {"level", 1.5}}), testing::HasSubstr("< 1"));
}

}  // namespace
}  // namespace steepest::results
