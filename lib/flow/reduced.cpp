// reduced.cpp: see reduced.h.
#include "flow/reduced.h"

#include "matrix/svd.h"

namespace steepest::flow {
namespace {

/// Orthonormal columns that span both.
at::Tensor span(const at::Tensor& modes, const at::Tensor& start) {
  if (start.count_nonzero().item<std::int64_t>() == 0) return modes;
  const auto left = start - modes.mm(modes.t().mm(start));
  const auto [Q, S, unused] = matrix::thin_svd(left - modes.mm(modes.t().mm(left)));  // twice: the first leaves rounding in the modes
  const auto rank = (S > S.max() * 1e-12).sum().item<std::int64_t>();
  const auto beyond = std::min(rank, modes.size(0) - modes.size(1));
  return at::cat({modes, Q.narrow(1, 0, beyond)}, 1).contiguous();
}

}  // namespace

Reduced reduced(const Problem& problem, const Factors& start) {
  Reduced result;
  result.P = span(problem.U, start.A);
  result.Q = span(problem.V, start.B.t());
  result.problem = {result.P.t().mm(problem.U), problem.sigma, result.Q.t().mm(problem.V)};
  result.start = {result.P.t().mm(start.A).contiguous(), start.B.mm(result.Q).contiguous()};
  return result;
}

}  // namespace steepest::flow
