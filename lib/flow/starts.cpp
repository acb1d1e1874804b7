// starts.cpp: see starts.h.
#include "flow/starts.h"

#include <algorithm>
#include <stdexcept>

#include "flow/observe.h"
#include "matrix/random.h"
#include "matrix/svd.h"
#include "random/streams.h"

namespace steepest::flow {
namespace {

/// Columns 0 ... columns-1 of basis, followed by zeros if it has fewer.
at::Tensor leading(const at::Tensor& basis, std::int64_t columns) {
  const std::int64_t found = std::min(columns, basis.size(1));
  return at::cat({basis.narrow(1, 0, found), at::zeros({basis.size(0), columns - found}, basis.options())}, 1);
}

Factors zero_start(const ProblemOptions& options, const Problem& problem, std::uint64_t seed) {
  const auto B = matrix::normal_matrix(options.rank, options.columns, seed) * options.start_scale;
  return {at::zeros({options.rows, options.rank}, problem.U.options()), B.to(problem.U.options())};
}

Factors gaussian_start(const ProblemOptions& options, const Problem& problem, std::uint64_t seed) {
  const auto A = matrix::normal_matrix(options.rows, options.rank, random::stream_seed(seed, "A")) * options.start_scale;
  return {A.to(problem.U.options()), zero_start(options, problem, seed).B};
}

Factors balanced_start(const ProblemOptions& options, const Problem& problem) {
  return {leading(problem.U, options.rank) * options.start_scale,
          (leading(problem.V, options.rank) * options.start_scale).t().contiguous()};
}

Factors saddle_start(const ProblemOptions& options, const Problem& problem, std::uint64_t seed) {
  const std::int64_t lacking = options.without_mode - 1, after = problem.sigma.size(0) - options.without_mode;
  const auto without = [&](const at::Tensor& modes) {
    return at::cat({modes.narrow(-1, 0, lacking), modes.narrow(-1, options.without_mode, after)}, -1);
  };
  const auto root = without(problem.sigma).sqrt();
  auto start = gaussian_start(options, problem, seed);
  start.A += leading(without(problem.U) * root, options.rank);
  start.B += leading(without(problem.V) * root, options.rank).t();
  return start;
}

Factors plain_start(const ProblemOptions& options, const Problem& problem, std::uint64_t seed) {
  if (options.start == "zero") return zero_start(options, problem, seed);
  if (options.start == "gaussian") return gaussian_start(options, problem, seed);
  if (options.start == "balanced") return balanced_start(options, problem);
  if (options.start == "saddle" && options.without_mode <= problem.sigma.size(0)) return saddle_start(options, problem, seed);
  throw std::invalid_argument("problem: start = \"" + options.start + "\" without mode " + std::to_string(options.without_mode) +
                              "; valid: zero, gaussian, balanced, or saddle without one of the target's modes");
}

}  // namespace

Factors make_start(const ProblemOptions& options, const Problem& problem, std::uint64_t seed) {
  require_shape(options);
  auto start = plain_start(options, problem, seed);
  if (options.start_gauge == 1) return start;
  return {start.A * options.start_gauge, start.B / options.start_gauge};
}

Factors make_starts(const ProblemOptions& options, const Problem& problem, std::uint64_t seed) {
  const auto start = [&](std::int64_t i) {
    return make_start(options, problem, random::stream_seed(seed, "flow-start", static_cast<std::uint64_t>(i)));
  };
  if (options.starts == 1) return start(0);
  std::vector<at::Tensor> A, B;
  for (std::int64_t i = 0; i < options.starts; ++i) {
    const Factors factors = start(i);
    A.push_back(factors.A);
    B.push_back(factors.B);
  }
  return {at::stack(A), at::stack(B)};
}

std::vector<double> effective_start(const Problem& problem, const Factors& start) {
  if (start.A.count_nonzero().item<std::int64_t>() > 0) return observe(problem, start).modes;
  const auto R = matrix::thin_qr(start.B.mm(problem.V).to(at::kDouble)).R;
  const auto lone = (R.diagonal().square() / 4).to(at::kCPU).contiguous();
  std::vector<double> result(static_cast<std::size_t>(problem.sigma.numel()), 0.0);
  std::copy_n(lone.data_ptr<double>(), lone.numel(), result.begin());
  return result;
}

}  // namespace steepest::flow
