// factor_pair.h: the two factors of a low-rank weight.
#pragma once
#include <ATen/ATen.h>

namespace steepest::optim {

/// One low-rank weight W = W_pre + s A B^T. A: [m, r], B: [n, r], both leaves that require gradients.
struct FactorPair {
  at::Tensor A, B;
};

}  // namespace steepest::optim
