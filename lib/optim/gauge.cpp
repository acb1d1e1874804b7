// gauge.cpp: changes of the factors that leave their product as it was.
#include "optim/gauge.h"

#include "matrix/spectral_norm.h"

namespace steepest::optim {

void rebalance(at::Tensor& A, at::Tensor& B, at::Tensor& momentum_A, at::Tensor& momentum_B, double alpha) {
  const auto norm_A = matrix::spectral_norm(A), norm_B = matrix::spectral_norm(B);
  const auto usable = (norm_A > 0).logical_and(norm_B > 0);
  const auto ratio = at::where(usable, norm_B / norm_A, at::ones_like(norm_A));
  const auto c = ratio.pow(alpha / 2).unsqueeze(-1).unsqueeze(-1);
  A = A * c;
  B = B / c;
  if (momentum_A.defined()) momentum_A = momentum_A / c;
  if (momentum_B.defined()) momentum_B = momentum_B * c;
}

}  // namespace steepest::optim
