// coordinate_check_test.cpp: slopes of recorded sizes over widths, and the rule by which they are flat.
#include "results/coordinate_check.h"

#include <cmath>

#include "options/error.h"
#include "results/made_study.h"
#include "results/named.h"

namespace steepest::results {
namespace {

using nlohmann::json;
using store::RunStatus;

class CoordinateCheck : public MadeStudy {
 protected:
  /// A run at a width with the sizes of each metric after steps 1, 2, ...
  void run(const std::string& optimizer, double width, std::int64_t seed, const std::map<std::string, std::vector<double>>& sizes,
           RunStatus status = RunStatus::completed) {
    std::vector<store::MetricRow> rows;
    for (const auto& [metric, values] : sizes) {
      for (std::size_t i = 0; i < values.size(); ++i) rows.push_back({metric, static_cast<std::int64_t>(i) + 1, values[i]});
    }
    const json cell = {{"optimizer", optimizer}, {"model.width", width}};
    add({{"optimizer", {{"name", optimizer}}}}, cell, seed, status, rows);
  }
  json rows_of(const json& options = json::object()) const {
    const auto study = load(wanted_by("coordinate_check", options));
    return to_json(statistic("coordinate_check", options, study)).at("rows");
  }
};

TEST(Flatness, IsJudgedByTheWholeInterval) {
  EXPECT_EQ(flatness({-0.1, 0.1}, 0.1), Flatness::flat);
  EXPECT_EQ(flatness({-0.11, 0.1}, 0.1), Flatness::undecided);
  EXPECT_EQ(flatness({-0.5, 0.5}, 0.1), Flatness::undecided);
  EXPECT_EQ(flatness({0.1, 0.2}, 0.1), Flatness::undecided) << "it touches what counts as flat";
  EXPECT_EQ(flatness({0.11, 0.2}, 0.1), Flatness::not_flat);
  EXPECT_EQ(flatness({-0.2, -0.11}, 0.1), Flatness::not_flat);
  EXPECT_EQ(flatness({std::nan(""), std::nan("")}, 0.1), Flatness::undecided) << "one seed decides nothing";
}

TEST_F(CoordinateCheck, SlopesAreThePowersOfTheWidth) {
  for (const double width : {16.0, 32.0, 64.0}) {
    for (int seed = 0; seed < 3; ++seed) {
      const double noise = 1 + 0.01 * seed;
      run("muon", width, seed,
          {{"activation_rms.logits", {noise, noise}}, {"update_rms.layer0_up", {noise / std::sqrt(width), noise / width}}});
      run("adamw", width, seed, {{"activation_rms.logits", {noise, noise * width}}});
    }
  }
  const auto rows = rows_of();
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[0].at("keys"), json({{"optimizer", "muon"}}));
  EXPECT_EQ(rows[0].at("quantity"), "activation_rms.logits");
  EXPECT_EQ(rows[0].at("verdict"), "flat");
  EXPECT_NEAR(rows[0].at("slope").at("mean").get<double>(), 0, 1e-12);
  EXPECT_EQ(rows[1].at("quantity"), "update_rms.up") << "which layer it is does not matter";
  EXPECT_EQ(rows[1].at("verdict"), "not flat");
  EXPECT_EQ(rows[1].at("step"), 2) << "the steepest decides";
  EXPECT_NEAR(rows[1].at("slope").at("mean").get<double>(), -1, 1e-12);
  EXPECT_NEAR(rows[1].at("steps")[0].at("slope").at("mean").get<double>(), -0.5, 1e-12);
  EXPECT_EQ(rows[1].at("slope").at("n"), 3);
  EXPECT_EQ(rows[1].at("slope").at("runs").size(), 9u);
  EXPECT_EQ(rows[2].at("keys"), json({{"optimizer", "adamw"}}));
  EXPECT_EQ(rows[2].at("verdict"), "not flat") << "flat at one step and not at another";
  EXPECT_EQ(rows[2].at("steps")[0].at("verdict"), "flat");
  EXPECT_NEAR(rows[2].at("steps")[1].at("sizes")[2].at("value").at("mean").get<double>(), 1.01 * 64, 1e-10);
}

TEST_F(CoordinateCheck, LayersAreTakenTogetherByTheirRootMeanSquare) {
  for (const double width : {16.0, 32.0})
    run("muon", width, 0, {{"update_rms.layer0_up", {3}}, {"update_rms.layer11_up", {4}}, {"update_rms.layer0_down", {7}}});
  const auto rows = rows_of();
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[1].at("quantity"), "update_rms.up");
  EXPECT_NEAR(rows[1].at("steps")[0].at("sizes")[0].at("value").at("mean").get<double>(), std::sqrt(12.5), 1e-12);
  EXPECT_EQ(rows[1].at("verdict"), "undecided") << "of one seed";
}

TEST_F(CoordinateCheck, OnlySeedsThatAllWidthsHaveGiveASlope) {
  for (const double width : {16.0, 32.0, 64.0}) {
    for (int seed = 0; seed < 3; ++seed) {
      const bool lost = width == 64 && seed == 2;
      run("muon", width, seed, {{"activation_rms.logits", {lost ? 1e9 : 1.0}}, {"update_rms.layer0_up", {seed == 1 ? 0.0 : 1.0}}},
          lost ? RunStatus::diverged : RunStatus::completed);
    }
  }
  const auto rows = rows_of();
  EXPECT_EQ(rows[0].at("slope").at("n"), 2);
  EXPECT_EQ(rows[0].at("counts").at("diverged"), 1);
  EXPECT_EQ(rows[0].at("verdict"), "flat");
  EXPECT_EQ(rows[1].at("slope").at("n"), 1) << "a size of 0 has no logarithm";
  EXPECT_EQ(rows[1].at("verdict"), "undecided");
}

TEST_F(CoordinateCheck, ChoicesWithOneSizeAloneAreLeftOut) {
  run("muon", 16, 0, {{"activation_rms.logits", {1}}});
  run("muon", 32, 0, {{"activation_rms.logits", {1}}});
  run("adamw", 16, 0, {{"activation_rms.logits", {1}}});
  EXPECT_EQ(rows_of().size(), 1u);
}

TEST_F(CoordinateCheck, MistakesAreTold) {
  run("muon", 16, 0, {{"activation_rms.logits", {1}}});
  run("muon", 0, 0, {{"activation_rms.logits", {1}}});
  const auto told = [&](const json& options) {
    try {
      rows_of(options);
    } catch (const options::InputError& error) { return std::string(error.what()); }
    return std::string("nothing");
  };
  EXPECT_THAT(told({{"size", "model.widht"}}), testing::AllOf(testing::HasSubstr("model.widht"), testing::HasSubstr("\"model.width\"")));
  EXPECT_THAT(told({{"size", "optimizer"}}), testing::HasSubstr("numbers of optimizer"));
  EXPECT_THAT(told({{"size", "model.width"}}), testing::HasSubstr("above 0"));
  EXPECT_THAT(told({{"metrics", {"nothing.*"}}}), testing::HasSubstr("+probe=coordinates"));
  EXPECT_THAT(told({{"tolerance", -1}}), testing::HasSubstr("> 0"));
}

}  // namespace
}  // namespace steepest::results
