// time_left.cpp: see time_left.h.
#include "sweep/time_left.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

namespace steepest::sweep {
namespace {

struct Group {
  double flops, seconds;
  std::int64_t runs;
};

struct Costed {
  std::vector<double> under;
  std::vector<Group> waiting;
};

std::optional<Costed> costed(const CostModel& costs, const WorkLeft& left) {
  Costed result;
  for (const auto& run : left.under) {
    const auto seconds = costs.seconds(run.work, run.step);
    if (!seconds) return {};
    result.under.push_back(std::max(0.0, *seconds + (run.step == 0 ? costs.start_seconds() : 0.0) - run.since));
  }
  for (const auto& run : left.waiting) {
    const auto seconds = costs.seconds(run.work, run.step);
    if (!seconds) return {};
    result.waiting.push_back({run.work.flops(), *seconds + costs.start_seconds(), run.runs});
  }
  return result;
}

/// Each next run goes to the worker that is free first. `ends`: when each will be.
void hand_out(std::vector<double>& ends, double seconds, std::int64_t runs) {
  const auto workers = static_cast<std::int64_t>(ends.size());
  for (; runs > 0; --runs) {
    const auto [first, last] = std::minmax_element(ends.begin(), ends.end());
    // From here on all take one in turn: whole rounds at once, or a study of thousands of short runs would cost the supervisor its time.
    if (const auto rounds = runs / workers; rounds > 0 && *last - *first <= seconds) {
      for (double& end : ends) end += static_cast<double>(rounds) * seconds;
      runs -= rounds * workers;
      if (runs == 0) return;
    }
    *std::min_element(ends.begin(), ends.end()) += seconds;
  }
}

}  // namespace

std::optional<double> core_seconds(const CostModel& costs, const WorkLeft& left) {
  const auto all = costed(costs, left);
  if (!all) return {};
  double sum = std::accumulate(all->under.begin(), all->under.end(), 0.0);
  for (const auto& group : all->waiting) sum += group.seconds * static_cast<double>(group.runs);
  return sum;
}

std::optional<double> seconds_left(const CostModel& costs, const WorkLeft& left, int workers) {
  auto all = costed(costs, left);
  if (!all) return {};
  std::vector<double> ends = all->under;
  ends.resize(std::max(ends.size(), static_cast<std::size_t>(std::max(1, workers))));
  std::sort(all->waiting.begin(), all->waiting.end(), [](const Group& a, const Group& b) { return a.flops > b.flops; });
  for (const auto& group : all->waiting) hand_out(ends, group.seconds, group.runs);
  return *std::max_element(ends.begin(), ends.end());
}

}  // namespace steepest::sweep
