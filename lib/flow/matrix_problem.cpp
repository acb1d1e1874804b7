// matrix_problem.cpp: matrix factorisation with a known target.
#include "flow/matrix_problem.h"

#include <algorithm>
#include <functional>
#include <stdexcept>
#include <string>

#include "flow/flow.h"
#include "matrix/random.h"
#include "matrix/svd.h"
#include "random/streams.h"

namespace steepest::flow {
namespace {

void require_shape(const ProblemOptions& options) {
  const std::int64_t least = std::min(options.rows, options.columns), modes = static_cast<std::int64_t>(options.singular_values.size());
  const auto require = [&](bool holds, const std::string& what, std::int64_t found) {
    if (holds) return;
    throw std::invalid_argument("problem: " + what + " = " + std::to_string(found) + " does not fit a target of " +
                                std::to_string(options.rows) + " x " + std::to_string(options.columns) + "; must be from 1 to " +
                                std::to_string(least));
  };
  require(options.rank >= 1 && options.rank <= least, "rank", options.rank);
  require(modes >= 1 && modes <= least, "the number of singular_values", modes);
  for (const double value : options.singular_values) {
    if (!(value > 0)) throw std::invalid_argument("problem: singular_values has " + std::to_string(value) + "; each must be above 0");
  }
}

/// Columns 0 ... columns-1 of basis, followed by zeros if it has fewer.
at::Tensor leading(const at::Tensor& basis, std::int64_t columns) {
  const std::int64_t found = std::min(columns, basis.size(1));
  return at::cat({basis.narrow(1, 0, found), at::zeros({basis.size(0), columns - found}, basis.options())}, 1);
}

}  // namespace

Problem make_problem(const ProblemOptions& options, std::uint64_t seed, const at::TensorOptions& placement) {
  require_shape(options);
  auto values = options.singular_values;
  std::sort(values.begin(), values.end(), std::greater<>());
  const auto k = static_cast<std::int64_t>(values.size());
  return {matrix::orthogonal_matrix(options.rows, k, random::stream_seed(seed, "U")).to(placement),
          at::tensor(values, at::kDouble).to(placement),
          matrix::orthogonal_matrix(options.columns, k, random::stream_seed(seed, "V")).to(placement)};
}

Factors make_start(const ProblemOptions& options, const Problem& problem, std::uint64_t seed) {
  require_shape(options);
  const auto placement = problem.U.options();
  if (options.start == "balanced") {
    return {leading(problem.U, options.rank) * options.start_scale,
            (leading(problem.V, options.rank) * options.start_scale).t().contiguous()};
  }
  if (options.start != "zero") throw std::invalid_argument("problem: start = \"" + options.start + "\"; valid: zero, balanced");
  const auto B = matrix::normal_matrix(options.rank, options.columns, seed) * options.start_scale;
  return {at::zeros({options.rows, options.rank}, placement), B.to(placement)};
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

at::Tensor target(const Problem& problem) { return (problem.U * problem.sigma).mm(problem.V.t()); }

std::vector<double> effective_start(const Problem& problem, const Factors& start) {
  if (start.A.count_nonzero().item<std::int64_t>() > 0) return observe(problem, start).modes;
  const auto R = matrix::thin_qr(start.B.mm(problem.V).to(at::kDouble)).R;
  const auto lone = (R.diagonal().square() / 4).to(at::kCPU).contiguous();
  std::vector<double> result(static_cast<std::size_t>(problem.sigma.numel()), 0.0);
  std::copy_n(lone.data_ptr<double>(), lone.numel(), result.begin());
  return result;
}

}  // namespace steepest::flow
