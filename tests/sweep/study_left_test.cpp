// study_left_test.cpp: the time left of a study that somebody else runs.
#include "sweep/study_left.h"

#include "store/data_version.h"
#include "sweep/planner.h"
#include "sweep/support.h"

namespace steepest::sweep {
namespace {

using store::RunStatus;

struct StudyLeft : testing::Test {
  /// A study of the project, whose configurations say what a step costs.
  study::Study real() const {
    return study::load_study(study::experiments(STEEPEST_SOURCE_DIR "/experiments"), "rank_transfer", "smoke", {},
                             {[](data::DataOptions& corpus) { corpus.vocabulary = 27; }, {}, {}});
  }
  std::optional<double> left(const Plan& planned) const { return study_seconds_left(database, planned.study, planned.scale); }
  Folder folder;
  store::testing::WholeFile database{folder / "s.db"};
};

TEST_F(StudyLeft, IsNotKnownWhereNothingWasMeasuredAndNothingWhereAllHasEnded) {
  const auto planned = plan(database, real());
  EXPECT_FALSE(left(planned));
  while (end_next(database, planned.study, RunStatus::completed, 1.0, "smoke")) continue;
  EXPECT_EQ(left(planned), 0.0);
}

TEST_F(StudyLeft, FollowsFromRunsThatWereMeasuredAndFromWorkersAtWork) {
  const auto planned = plan(database, real());
  for (std::int64_t ended = 0; ended + 4 < planned.total; ++ended)
    ASSERT_TRUE(end_next(database, planned.study, RunStatus::completed, 1.0, "smoke"));
  const auto alone = left(planned);
  ASSERT_TRUE(alone);
  EXPECT_GT(*alone, 0);
  for (const char* worker : {"one", "two"}) ASSERT_TRUE(store::testing::claim(database, planned.study, "smoke", worker, 60));
  EXPECT_LT(left(planned).value(), *alone);
}

TEST_F(StudyLeft, ARunOfOptionsThatAreNoneAnyMoreLeavesItUnknown) {
  const auto planned = plan(database, study_over({1}, 2));
  ASSERT_TRUE(end_next(database, planned.study, RunStatus::completed, 1.0));
  EXPECT_FALSE(left(planned));
}

TEST_F(StudyLeft, AFileHasAnotherVersionWhereSomebodyElseHasWritten) {
  const store::ReadOnlyFile seen(folder / "s.db");
  const auto reader = seen.reader();
  const auto before = store::data_version(reader);
  EXPECT_EQ(store::data_version(reader), before);
  plan(database, study_over({1}, 1));
  EXPECT_NE(store::data_version(reader), before);
}

}  // namespace
}  // namespace steepest::sweep
