// gauge.h: changes of the factors that leave their product as it was.
#pragma once
#include <ATen/ATen.h>

namespace steepest::optim {

/// Scalar rebalancing: c = (|B|_2 / |A|_2)^(alpha/2), A <- c A, B <- B / c; alpha = 1 makes the spectral norms equal. A: [..., m, r],
/// B: [..., n, r]. First moments of the factors' gradients go with them: m_A <- m_A / c, m_B <- c m_B (undefined tensors are left
/// alone). Where a factor is zero nothing changes. Source: arXiv 2606.12921.
void rebalance(at::Tensor& A, at::Tensor& B, at::Tensor& momentum_A, at::Tensor& momentum_B, double alpha);

}  // namespace steepest::optim
