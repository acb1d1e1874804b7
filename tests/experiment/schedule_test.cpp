// schedule_test.cpp: every schedule starts at 1, never rises after the warm-up and ends at its final fraction.
#include "experiment/schedule.h"

#include <gtest/gtest.h>

namespace steepest::experiment {
namespace {

TEST(Schedule, FallsFromOneToTheFinalFraction) {
  for (const char* name : {"cosine", "linear"})
    for (const std::int64_t steps : {2, 3, 10, 257})
      for (const std::int64_t warmup : {0, 1, 5}) {
        if (warmup + 2 > steps) continue;
        const run::ScheduleOptions options{name, 0.1, warmup};
        EXPECT_DOUBLE_EQ(schedule_factor(options, warmup, steps), 1.0);
        EXPECT_NEAR(schedule_factor(options, steps - 1, steps), 0.1, 1e-12);
        for (std::int64_t t = warmup + 1; t < steps; ++t)
          EXPECT_LE(schedule_factor(options, t, steps), schedule_factor(options, t - 1, steps));
        for (std::int64_t t = 0; t < warmup; ++t)
          EXPECT_DOUBLE_EQ(schedule_factor(options, t, steps), static_cast<double>(t + 1) / static_cast<double>(warmup));
      }
}

TEST(Schedule, CosineAndLinearMeetHalfway) {
  EXPECT_NEAR(schedule_factor({"cosine", 0.2, 0}, 50, 101), 0.6, 1e-12);
  EXPECT_NEAR(schedule_factor({"linear", 0.2, 0}, 50, 101), 0.6, 1e-12);
}

TEST(Schedule, ConstantAndSingleStepRunsKeepTheRate) {
  EXPECT_DOUBLE_EQ(schedule_factor({"constant", 0.1, 0}, 9, 10), 1.0);
  EXPECT_DOUBLE_EQ(schedule_factor({"cosine", 0.1, 0}, 0, 1), 1.0);
}

}  // namespace
}  // namespace steepest::experiment
