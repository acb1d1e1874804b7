// gauge.h: changes of the factors that leave their product as it was.
#pragma once
#include <ATen/ATen.h>

#include "batch.h"

namespace steepest::optim {

/// Scalar rebalancing: c = (|B|_2 / |A|_2)^(alpha/2), A <- c A, B <- B / c; alpha = 1 makes the spectral norms equal. A: [..., m, r],
/// B: [..., n, r]. First moments of the factors' gradients go with them: m_A <- m_A / c, m_B <- c m_B (undefined tensors are left
/// alone). Where a factor is zero nothing changes. Source: arXiv 2606.12921.
void rebalance(at::Tensor& A, at::Tensor& B, at::Tensor& momentum_A, at::Tensor& momentum_B, double alpha);

/// Full balancing: A^T A = B^T B, both diagonal: A B^T = U S V^T, A <- U S^(1/2), B <- V S^(1/2). Momenta go with the gauge R:
/// m_A <- m_A R^(-T), m_B <- m_B R. Where the product has not full rank r no gauge does that, and nothing changes.
void balance(at::Tensor& A, at::Tensor& B, at::Tensor& momentum_A, at::Tensor& momentum_B);

/// What the options `rebalance` and `balance` ask for, on stacked pairs; the state `momentum`, if there is one, goes along.
template <class Options>
void renew_gauge(Slot& a, Slot& b, const Options& options) {
  at::Tensor none_A, none_B;
  const auto momentum_A = a.state.find("momentum"), momentum_B = b.state.find("momentum");
  auto& m_A = momentum_A == a.state.end() ? none_A : momentum_A->second;
  auto& m_B = momentum_B == b.state.end() ? none_B : momentum_B->second;
  if (options.balance) balance(a.value, b.value, m_A, m_B);
  if (options.rebalance > 0) rebalance(a.value, b.value, m_A, m_B, options.rebalance);
}

}  // namespace steepest::optim
