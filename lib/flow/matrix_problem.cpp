// matrix_problem.cpp: matrix factorisation with a known target.
#include "flow/matrix_problem.h"

#include <algorithm>
#include <functional>
#include <stdexcept>
#include <string>

#include "matrix/random.h"
#include "matrix/svd.h"
#include "random/streams.h"

namespace steepest::flow {

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

Problem make_problem(const ProblemOptions& options, std::uint64_t seed, const at::TensorOptions& placement) {
  require_shape(options);
  auto values = options.singular_values;
  std::sort(values.begin(), values.end(), std::greater<>());
  const auto k = static_cast<std::int64_t>(values.size());
  Problem exact{matrix::orthogonal_matrix(options.rows, k, random::stream_seed(seed, "U")), at::tensor(values, at::kDouble),
                matrix::orthogonal_matrix(options.columns, k, random::stream_seed(seed, "V"))};
  if (options.noise > 0) {
    const auto noise = matrix::normal_matrix(options.rows, options.columns, random::stream_seed(seed, "target-noise")) * options.noise;
    const auto [U, S, Vh] = matrix::thin_svd(target(exact) + noise);
    exact = {U, S, Vh.t().contiguous()};
  }
  return {exact.U.to(placement), exact.sigma.to(placement), exact.V.to(placement)};
}

at::Tensor target(const Problem& problem) { return (problem.U * problem.sigma).mm(problem.V.t()); }

}  // namespace steepest::flow
