// learning_curves_test.cpp: curves over the runs of a cell.
#include "results/learning_curves.h"

#include <cmath>

#include "results/made_study.h"

namespace steepest::results {
namespace {

using store::RunStatus;

class LearningCurves : public MadeStudy {
 protected:
  std::int64_t run(std::int64_t seed, const std::vector<double>& losses, std::int64_t every = 1) {
    std::vector<store::MetricRow> rows;
    for (std::size_t i = 0; i < losses.size(); ++i) rows.push_back({"train_loss", every * static_cast<std::int64_t>(i + 1), losses[i]});
    return add({}, {{"x", 1}}, seed, RunStatus::completed, rows);
  }
  std::vector<LearningCurve> curves(std::size_t most) {
    study_loaded_ = load({.curves = {"train_loss"}});
    return learning_curves(study_loaded_, "train_loss", most);
  }
  Study study_loaded_;
};

TEST_F(LearningCurves, AreMeansWithTheBandOfTheRuns) {
  const auto first = run(0, {4, 3, 2}), second = run(1, {6, 3, 4});
  const auto found = curves(10);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].runs, (std::vector{first, second}));
  ASSERT_EQ(found[0].points.size(), 3u);
  EXPECT_EQ(found[0].points[0].mean, 5);
  EXPECT_EQ(found[0].points[0].low, 4);
  EXPECT_EQ(found[0].points[0].high, 6);
  EXPECT_EQ(found[0].points[2].step, 3);
  EXPECT_EQ(found[0].points[2].n, 2);
}

TEST_F(LearningCurves, AreThinnedByMeansOverStretches) {
  run(0, {8, 6, 4, 2, 1, 1});
  const auto found = curves(3);
  ASSERT_EQ(found[0].points.size(), 3u);
  EXPECT_EQ(found[0].points[0].step, 2);
  EXPECT_EQ(found[0].points[0].mean, 7);
  EXPECT_EQ(found[0].points[1].mean, 3);
  EXPECT_EQ(found[0].points[2].step, 6);
}

TEST_F(LearningCurves, LeaveOutWhatIsNoNumberAndRunsThatAreNotThatFar) {
  run(0, {4, std::nan(""), std::nan("")});
  run(1, {2, 1, std::nan("")});
  const auto found = curves(10);
  ASSERT_EQ(found[0].points.size(), 2u);
  EXPECT_EQ(found[0].points[0].n, 2);
  EXPECT_EQ(found[0].points[1].n, 1);
  EXPECT_EQ(found[0].points[1].mean, 1);
  EXPECT_TRUE(learning_curves(study_loaded_, "validation_loss", 10).empty());
}

}  // namespace
}  // namespace steepest::results
