// mode_arrival_test.cpp: rates and arrivals of modes whose course is known in closed form.
#include <cmath>

#include "options/error.h"
#include "report/stored_study.h"

namespace steepest::report {
namespace {

using nlohmann::json;
using store::RunStatus;
using testing::HasSubstr;

class ModeArrival : public StoredStudy {
 protected:
  /// A run whose modes follow `course(sigma, time)`.
  template <class Course>
  void flow(const std::string& name, std::int64_t seed, Course&& course, RunStatus status = RunStatus::completed) {
    const json config = {{"flow", {{"name", name}, {"smoothing_squared", 1e-4}, {"l2", 0.0}, {"time_step", kStep}}},
                         {"problem", {{"singular_values", {1.0, 4.0}}}}};
    std::vector<store::MetricRow> rows;
    for (std::int64_t step = 0; step <= 400; ++step) {
      rows.push_back({"d_1", step, course(4.0, kStep * static_cast<double>(step))});
      rows.push_back({"d_2", step, course(1.0, kStep * static_cast<double>(step))});
    }
    rows.push_back({"d_start_1", 0, kStart});
    rows.push_back({"d_start_2", 0, kStart});
    add(config, {{"flow", name}}, seed, status, rows);
  }
  static json section() { return {{"kind", "mode_arrival"}, {"rate_window", {0.2, 0.8}}, {"fraction", 0.5}}; }

  static constexpr double kStep = 0.02, kStart = 1e-3;
};

double unit_rate(double sigma, double time) { return std::min(time * time, sigma); }

TEST_F(ModeArrival, OfModesThatGrowAtUnitRate) {
  for (int seed = 0; seed < 2; ++seed) flow("specgf", seed, unit_rate);
  const json found = rows(report(section()));
  ASSERT_EQ(found.size(), 2u);
  const double sigmas[] = {4, 1};
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(found[i].at("sigma"), sigmas[i]) << "the largest mode first, in whatever order the problem lists them";
    EXPECT_NEAR(found[i].at("slope").get<double>(), 1.0, 1e-12);
    EXPECT_NEAR(found[i].at("arrival").get<double>(), std::sqrt(0.5 * sigmas[i]), kStep / 2);
    EXPECT_NEAR(found[i].at("expected_arrival").get<double>(), std::sqrt(0.5 * sigmas[i]), 1e-12);
    EXPECT_EQ(found[i].at("seeds"), 2);
  }
}

TEST_F(ModeArrival, OfTheLogisticGrowthOfGradientFlow) {
  flow("gradient_flow", 0, [](double sigma, double time) { return sigma / (1 + (sigma / kStart - 1) * std::exp(-2 * sigma * time)); });
  const json found = rows(report(section()));
  for (int i = 0; i < 2; ++i) {
    const double expected = found[i].at("expected_arrival").get<double>();
    EXPECT_NEAR(found[i].at("arrival").get<double>(), expected, 2e-3);
    EXPECT_TRUE(found[i].at("expected_slope").is_null());
  }
}

TEST_F(ModeArrival, AModeThatNeverArrivesHasNoTime) {
  flow("specgf", 0, [](double sigma, double) { return 0.1 * sigma; });
  flow("specgf", 1, unit_rate, RunStatus::queued);
  const auto result = report(section());
  EXPECT_TRUE(rows(result)[0].at("arrival").is_null());
  EXPECT_THAT(render(result, Format::table, true), HasSubstr("1 of 2 runs are missing"));
}

TEST_F(ModeArrival, RefusesAWindowOrAFractionThatIsNone) {
  flow("specgf", 0, unit_rate);
  for (const json& wrong :
       {json{{"rate_window", {0.8, 0.2}}}, json{{"rate_window", 3}}, json{{"fraction", 1.5}}, json{{"fraction", "all"}}}) {
    json all = section();
    all.update(wrong);
    EXPECT_THROW(report(all), options::InputError) << wrong;
  }
}

}  // namespace
}  // namespace steepest::report
