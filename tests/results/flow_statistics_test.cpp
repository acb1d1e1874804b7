// flow_statistics_test.cpp: the statistics summary, rate_spread and tail from recorded curves.
#include <cmath>

#include "options/error.h"
#include "results/made_study.h"
#include "results/named.h"

namespace steepest::results {
namespace {

using nlohmann::json;
using store::RunStatus;

class FlowStatistics : public MadeStudy {
 protected:
  /// A run whose metrics have these values at steps 0, 1, 2, ...
  void curves(const std::string& cell, std::int64_t seed, const std::map<std::string, std::vector<double>>& metrics,
              RunStatus status = RunStatus::completed) {
    std::vector<store::MetricRow> rows;
    for (const auto& [name, values] : metrics) {
      for (std::size_t step = 0; step < values.size(); ++step) rows.push_back({name, static_cast<std::int64_t>(step), values[step]});
    }
    const json config = {
        {"flow", {{"name", "specgf"}, {"time_step", kStep}, {"l2", 0.0}}}, {"problem", {{"singular_values", {1.0, 4.0}}}}, {"cell", cell}};
    add(config, {{"cell", cell}}, seed, status, rows);
  }
  json rows_of(const std::string& name, const json& options) const {
    const auto study = load(wanted_by(name, options));
    return to_json(statistic(name, options, study)).at("rows");
  }
  static constexpr double kStep = 0.1;
};

TEST_F(FlowStatistics, SummaryTakesAnyPointOfACurveAndAnyOfSeveralMetrics) {
  for (const std::int64_t seed : {0, 1}) {
    const double more = static_cast<double>(seed);
    curves("a", seed, {{"loss", {5 + more, 1, 3}}, {"rank.x", {9, 4}}, {"rank.y", {9, 2}}, {"rank.z", {9, 6 + more}}});
  }
  curves("a", 2, {{"loss", {100, 100, 100}}}, RunStatus::diverged);
  const auto rows = rows_of("summary", {{"metrics",
                                         {"loss", "loss:first", "loss:lowest", "loss:highest", "rank.*", "rank.*:last:lowest",
                                          "rank.*:last:highest", "rank.*:last:median", "rank.*:first"}}});
  ASSERT_EQ(rows.size(), 1u);
  const auto value = [&](const char* metric) { return rows[0].at("values").at(metric).at("mean").get<double>(); };
  EXPECT_EQ(value("loss"), 3);
  EXPECT_EQ(value("loss:first"), 5.5);
  EXPECT_EQ(value("loss:lowest"), 1);
  EXPECT_EQ(value("loss:highest"), 5.5);
  EXPECT_NEAR(value("rank.*"), (4 + 13.0 / 3) / 2, 1e-12);
  EXPECT_EQ(value("rank.*:last:lowest"), 2);
  EXPECT_EQ(value("rank.*:last:highest"), 6.5);
  EXPECT_EQ(value("rank.*:last:median"), 4);
  EXPECT_EQ(value("rank.*:first"), 9);
  EXPECT_EQ(rows[0].at("values").at("loss").at("n"), 2) << "what diverged has no value";
  EXPECT_EQ(rows[0].at("counts").at("diverged"), 1);
}

TEST_F(FlowStatistics, SummaryRefusesWhatIsNoMetric) {
  curves("a", 0, {{"loss", {5, 1}}});
  const auto complaint = [&](const char* metric) {
    try {
      rows_of("summary", {{"metrics", {metric}}});
    } catch (const options::InputError& error) { return error.parts().problem + " | " + error.parts().nearest; }
    return std::string();
  };
  EXPECT_EQ(complaint("los"), "no run of the study has a metric \"los\" | loss");
  EXPECT_EQ(complaint("loss:lats"), "found \"lats\" in \"loss:lats\" | last");
  EXPECT_EQ(complaint("loss:last:highst"), "found \"highst\" in \"loss:last:highst\" | highest");
  EXPECT_EQ(complaint(":last"), "found \":last\" | ");
}

TEST_F(FlowStatistics, RateSpreadIsOverActiveModesAfterTheBurnIn) {
  // sqrt(d) of the larger mode at rates 1, 1, 1.5, that of the smaller one, which ends at 1, at 7 (burn-in), 1.2 and 0.
  const auto squares = [](std::vector<double> roots) {
    for (double& root : roots) root *= root;
    return roots;
  };
  curves("a", 0, {{"d_1", squares({0, 0.1, 0.2, 0.35})}, {"d_2", squares({0, 0.7, 0.82, 0.82})}, {"loss", {1, 1, 1, 1}}});
  const auto rows = rows_of("rate_spread", {{"margins", {0.1, 0.5}}, {"from", 0.05}});
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_NEAR(rows[0].at("deviation").at("mean").get<double>(), 1, 1e-9) << "the smaller mode stands still, a margin of 0.1 below its end";
  EXPECT_NEAR(rows[0].at("spread").at("mean").get<double>(), 1.5, 1e-9);
  EXPECT_NEAR(rows[0].at("scaled").at("mean").get<double>(), 1.5 / std::pow(0.1, 0.25), 1e-9);
  EXPECT_NEAR(rows[1].at("deviation").at("mean").get<double>(), 0.5, 1e-9) << "it is not active with a margin of 0.5";
  EXPECT_NEAR(rows[1].at("spread").at("mean").get<double>(), 0, 1e-9);
}

TEST_F(FlowStatistics, TailIsTheSlopeOfTheLogarithmOverTheFlowsTime) {
  std::vector<double> exponential, power;
  for (int step = 0; step <= 200; ++step) {
    exponential.push_back(50 * std::exp(-3 * kStep * step));
    power.push_back(50 / std::pow(1.0 + step, 6));
  }
  curves("a", 0, {{"loss", exponential}});
  curves("b", 0, {{"loss", power}});
  const auto rows = rows_of("tail", {{"from", 1e-4}, {"to", 1e-12}});
  EXPECT_NEAR(rows[0].at("rate").at("mean").get<double>(), 3, 1e-9);
  EXPECT_NEAR(rows[0].at("r_squared").at("mean").get<double>(), 1, 1e-12);
  EXPECT_NEAR(rows[0].at("last").at("mean").get<double>(), std::exp(-60.0), 1e-30);
  EXPECT_LT(rows[1].at("r_squared").at("mean").get<double>(), 0.95);
  EXPECT_THROW(rows_of("tail", {{"from", 1e-8}, {"to", 1e-4}}), options::InputError);
}

}  // namespace
}  // namespace steepest::results
