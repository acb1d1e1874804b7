// time_left_test.cpp: the time that is told is near what is needed, on studies whose runs' operations say little about their times.
#include "sweep/time_left.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace steepest::sweep {
namespace {

TEST(TimeLeft, WorkThatDoesNotComeOutEvenLeavesWorkersIdle) {
  CostModel costs;
  const run::Workload work{"a", 1e9, 10, {}};
  costs.add(work, {"", 1e10, 10, 2.0, 0, {}}, CostModel::Source::own);
  const auto needed = [&](std::int64_t runs, int workers) { return *seconds_left(costs, {{}, {{work, 0, runs}}}, workers); };
  EXPECT_DOUBLE_EQ(needed(3, 1), 6);
  EXPECT_DOUBLE_EQ(needed(3, 2), 4);
  EXPECT_DOUBLE_EQ(needed(4, 2), 4);
  EXPECT_DOUBLE_EQ(needed(3, 64), 2);
  EXPECT_NEAR(needed(10'001, 2), 10'002, 1e-6);
  EXPECT_EQ(seconds_left(CostModel(), {}, 2), 0) << "nothing left takes no time";
  EXPECT_FALSE(seconds_left(costs, {{}, {{work, 0, 1}, {{"b", 1e13, 10, {}}, 0, 1}}}, 2)) << "one unknown makes the whole unknown";
}

TEST(TimeLeft, RunsOnTheWayCountByTheirStepAndByTheTimeSince) {
  CostModel costs;
  const run::Workload work{"a", 1e9, 10, {}};
  costs.add(work, {"", 1e10, 10, 20.0, 0, 3.0}, CostModel::Source::own);
  EXPECT_DOUBLE_EQ(*seconds_left(costs, {{{work, 0, 1.0}}, {}}, 1), 22) << "1 of the 3 s of its start are over";
  EXPECT_DOUBLE_EQ(*seconds_left(costs, {{{work, 5, 0.5}}, {}}, 1), 9.5);
  EXPECT_DOUBLE_EQ(*seconds_left(costs, {{{work, 9, 60.0}}, {}}, 1), 0) << "never below zero";
  EXPECT_DOUBLE_EQ(*core_seconds(costs, {{{work, 5, 0}}, {{work, 5, 2}}}), 10 + 2 * 13.0) << "what is taken up again starts again";
}

double uniform(std::mt19937_64& engine, double low, double high) { return std::uniform_real_distribution<double>(low, high)(engine); }

struct Shape {
  run::Workload work;
  double step, look;
};

struct SyntheticRun {
  const Shape* shape;
  double speed, start;  ///< this run's own share of the spread; seconds before its first step
  double begun = 0, end = 0;

  double after(std::int64_t step) const {
    return start + speed * (static_cast<double>(step) * shape->step + static_cast<double>(shape->work.looks(step)) * shape->look);
  }
  double seconds() const { return after(shape->work.steps); }
};

/// What a study of runs with these times looks like from outside, at any moment.
struct SyntheticStudy {
  std::vector<Shape> shapes;
  std::vector<SyntheticRun> runs;  ///< in the order in which they are taken
  int workers = 1;
  double end = 0;

  explicit SyntheticStudy(std::mt19937_64& engine) {
    workers = std::uniform_int_distribution<int>(1, 4)(engine);
    shapes.resize(std::uniform_int_distribution<std::size_t>(2, 6)(engine));
    const double look_every = std::uniform_int_distribution<int>(0, 1)(engine);
    for (std::size_t i = 0; i < shapes.size(); ++i) {
      auto& shape = shapes[i];
      const auto steps = std::uniform_int_distribution<std::int64_t>(200, 1000)(engine);
      // Operations of low rank go three to ten times as slow as those of dense matrices, and some shapes differ by nothing else.
      const double flops = i % 2 == 1 ? shapes[i - 1].work.step_flops : std::pow(10, uniform(engine, 8, 10));
      shape.work = {"shape " + std::to_string(i), flops, steps, {look_every > 0 ? steps / 7 : 0}};
      shape.step = flops * 1e-11 * (i % 2 == 1 ? uniform(engine, 3, 10) : 1);
      shape.look = shape.step * uniform(engine, 1, 20);
    }
    for (const auto& shape : shapes) {
      const int seeds = std::uniform_int_distribution<int>(2, 12)(engine);
      for (int i = 0; i < seeds; ++i) runs.push_back({&shape, uniform(engine, 0.96, 1.04), uniform(engine, 0.2, 0.4)});
    }
    std::stable_sort(runs.begin(), runs.end(), [](const auto& a, const auto& b) { return a.shape->work.flops() > b.shape->work.flops(); });
    std::vector<double> free(static_cast<std::size_t>(workers), 0.0);
    for (auto& run : runs) {
      double& next = *std::min_element(free.begin(), free.end());
      run.begun = next;
      next = run.end = next + run.seconds();
    }
    end = *std::max_element(free.begin(), free.end());
  }
  SyntheticStudy(const SyntheticStudy&) = delete;
  SyntheticStudy& operator=(const SyntheticStudy&) = delete;

  /// When a run of each shape has ended.
  double all_measured() const {
    double latest = 0;
    for (const auto& shape : shapes) {
      double first = end;
      for (const auto& run : runs)
        if (run.shape == &shape) first = std::min(first, run.end);
      latest = std::max(latest, first);
    }
    return latest;
  }

  double told(double time) const {
    CostModel costs;
    WorkLeft left;
    for (const auto& run : runs) {
      const auto& work = run.shape->work;
      if (run.end <= time) {
        const double looking = run.speed * static_cast<double>(work.looks(work.steps)) * run.shape->look;
        costs.add(work, {"", work.flops(), work.steps, run.seconds() - run.start - looking, looking, run.start}, CostModel::Source::own);
      } else if (run.begun > time) {
        left.waiting.push_back({work, 0, 1});
      } else {
        const double since = std::fmod(time - run.begun, 1.0);  // workers tell their step once a second
        std::int64_t step = 0;
        while (step < work.steps && run.after(step + 1) <= time - run.begun - since) ++step;
        left.under.push_back({work, step, step == 0 ? time - run.begun : since});
      }
    }
    return seconds_left(costs, left, workers).value();
  }
};

TEST(TimeLeft, IsWithin15PercentOnceARunOfEachShapeHasEnded) {
  std::mt19937_64 engine(12);
  int looked = 0;
  for (int i = 0; i < 300; ++i) {
    const SyntheticStudy study(engine);
    const double known = study.all_measured();
    for (int j = 0; j < 10; ++j) {
      const double time = j == 0 ? known : uniform(engine, known, study.end), needed = study.end - time;
      if (needed < 0.05 * study.end) continue;  // of the last moments the steps that are under way are too large a part
      ASSERT_NEAR(study.told(time) / needed, 1, 0.15)
          << "study " << i << ", " << study.workers << " workers, at " << time << " of " << study.end << " s";
      ++looked;
    }
  }
  EXPECT_GT(looked, 1000);
}

}  // namespace
}  // namespace steepest::sweep
