// follow.h: random problems and points for the tests of flows, and a loop that follows a flow.
#pragma once
#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "flow/observe.h"
#include "flow/starts.h"
#include "flow/stepper.h"
#include "flow/velocity.h"
#include "matrix/random_matrix.h"

namespace steepest::testing {

/// A problem of the case's shape with 1 ... min(m, n) modes of random size, and a random point of size about 1.
struct RandomPoint {
  flow::ProblemOptions options;
  flow::Problem problem;
  flow::Factors factors;
};

inline RandomPoint random_point(const Case& c, std::int64_t modes = 0) {
  RandomPoint point;
  point.options.rows = c.m;
  point.options.columns = c.n;
  point.options.rank = c.r;
  if (modes == 0) modes = torch::randint(1, std::min(c.m, c.n) + 1, {1}).item<std::int64_t>();
  const auto values = torch::rand({modes}, torch::kDouble) * 4 + 0.5;
  point.options.singular_values.assign(values.data_ptr<double>(), values.data_ptr<double>() + modes);
  point.problem = flow::make_problem(point.options, torch::randint(1000000, {1}).item<std::int64_t>(), c.type);
  point.factors = {torch::randn({c.m, c.r}, torch::kDouble).to(c.type), torch::randn({c.r, c.n}, torch::kDouble).to(c.type)};
  return point;
}

/// A flow as followed: d_i over time, one list per mode, and the last point.
struct Path {
  std::vector<double> times;
  std::vector<std::vector<double>> modes;
  flow::Factors end;

  /// sqrt(d_i), whose slope is the rate that theory speaks of.
  std::vector<double> roots(std::size_t mode) const {
    std::vector<double> result;
    for (const double d : modes[mode]) result.push_back(std::sqrt(std::max(d, 0.0)));
    return result;
  }
};

inline Path follow(const flow::Problem& problem, const flow::FlowOptions& options, const flow::Factors& start) {
  Path path{{}, std::vector<std::vector<double>>(static_cast<std::size_t>(problem.sigma.numel())), start};
  const auto stepper = flow::make_stepper(problem, options, start);
  const auto steps = flow::time_steps(options);
  for (std::int64_t step = 0;; ++step) {
    if (step % options.output_every == 0) {
      path.times.push_back(static_cast<double>(step) * options.time_step);
      const auto seen = flow::observe(problem, stepper->factors(), options.l2);
      for (std::size_t i = 0; i < path.modes.size(); ++i) path.modes[i].push_back(seen.modes[i]);
    }
    if (step == steps) break;
    stepper->advance();
  }
  path.end = stepper->factors();
  return path;
}

inline flow::FlowOptions gradient_flow(double time_step, double end_time, std::int64_t output_every = 1) {
  flow::FlowOptions options;
  options.name = "gradient_flow";
  options.time_step = time_step;
  options.end_time = end_time;
  options.output_every = output_every;
  return options;
}

}  // namespace steepest::testing
