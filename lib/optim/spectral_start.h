// spectral_start.h: factors that start on the leading singular directions of the weight, so that neither is zero.
#pragma once
#include <ATen/ATen.h>

#include "factor_pair.h"

namespace steepest::optim {

/// A pair and what is left of the weight: W = rest + s A B^T to rounding.
struct SpectralStart {
  FactorPair pair;
  at::Tensor rest;
};

/// s A B^T is the best rank-r approximation of W, balanced (A^T A = B^T B): A = U S^(1/2) / s^(1/2), B = V S^(1/2) / s^(1/2); the frozen weight becomes
/// rest = W - s A B^T. W: [m, n], float32 or float64. The factors are leaves that require gradients. Throws std::invalid_argument unless W is
/// a matrix, 0 < rank <= min(m, n) and lora_scale > 0. Source: PiSSA, arXiv 2404.02948; a remedy for LoRA's zero factor.
SpectralStart spectral_start(const at::Tensor& W, std::int64_t rank, double lora_scale = 1.0);

}  // namespace steepest::optim
