// distance_test.cpp: distances of weights from recorded projections.
#include "results/distance.h"

#include <cmath>

#include "options/error.h"
#include "results/made_study.h"
#include "results/named.h"

namespace steepest::results {
namespace {

using store::RunStatus;

class Distance : public MadeStudy {
 protected:
  /// A run whose projections at steps 0 and 256 are these; the norm of its weights is 10 at first, 20 at the end.
  void sketched(const std::string& optimizer, std::int64_t seed, const std::vector<double>& start, const std::vector<double>& end,
                RunStatus status = RunStatus::completed) {
    std::vector<store::MetricRow> rows{{"validation_loss", 256, 2.0}, {"sketch.norm", 0, 10}, {"sketch.norm", 256, 20}};
    for (std::size_t k = 0; k < start.size(); ++k) {
      rows.push_back({"sketch." + std::to_string(k), 0, start[k]});
      rows.push_back({"sketch." + std::to_string(k), 256, end[k]});
    }
    add({{"optimizer", optimizer}}, {{"optimizer", optimizer}}, seed, status, rows);
  }
  Distances found() const { return distance(load({.curves = {kSketchCurves}}), {{"optimizer=muon"}}); }
};

TEST_F(Distance, IsTheRootMeanSquareOfTheProjectionsDifferencesOverTheBaselinesNorm) {
  for (const std::int64_t seed : {0, 1}) {
    sketched("muon", seed, {1, 2}, {3, 4});
    sketched("spectron", seed, {1, 2}, {3 + 6.0 * static_cast<double>(seed + 1), 4 - 8.0 * static_cast<double>(seed + 1)});
  }
  const auto study = load({.curves = {kSketchCurves}});
  const auto rows = distance(study, {{"optimizer=muon"}}).rows;
  ASSERT_EQ(rows.size(), 1u) << "the baseline itself has no row";
  EXPECT_EQ(rows[0].cell->keys.at("optimizer"), "spectron");
  EXPECT_EQ(rows[0].start.mean, 0);
  const double one = std::sqrt((36.0 + 64.0) / 2) / 20;  // at seed 0; twice as far at seed 1
  EXPECT_NEAR(rows[0].end.mean, 1.5 * one, 1e-12);
  EXPECT_NEAR(rows[0].largest.mean, 1.5 * one, 1e-12);
  EXPECT_EQ(rows[0].end.n, 2);
  EXPECT_EQ(rows[0].end.runs.size(), 4u);
}

TEST_F(Distance, NeedsBothRunsOfASeedCompletedAndLookedAt) {
  sketched("muon", 0, {1, 2}, {3, 4});
  sketched("spectron", 0, {1, 2}, {3, 4}, RunStatus::diverged);
  sketched("spectron", 1, {1, 2}, {3, 4});
  add({{"optimizer", "adamw"}}, {{"optimizer", "adamw"}}, 0, RunStatus::completed, {{"validation_loss", 256, 2.0}});
  const auto study = load({.curves = {kSketchCurves}});
  for (const auto& row : distance(study, {{"optimizer=muon"}}).rows) EXPECT_EQ(row.end.n, 0);
  EXPECT_THROW(distance(study, {{"optimizer=moun"}}), options::InputError);
}

}  // namespace
}  // namespace steepest::results
