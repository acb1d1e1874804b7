// spectral_norm.h: the largest singular value: exactly, bounded from above, and by power iteration.
#pragma once
#include <ATen/ATen.h>

namespace steepest::matrix {

/// The largest singular value of each matrix, to rounding: root of the largest eigenvalue of the short side's Gram matrix.
/// M: [..., m, n], float32 or float64; back: [...]. Zero -> 0; empty -> 0; NaN or infinite entry -> NaN; rescaled first, so that 1e-30
/// and 1e30 are ordinary. Throws std::invalid_argument if dim < 2.
at::Tensor spectral_norm(const at::Tensor& M);

/// An upper bound of the largest singular value, at most min(m, n)^(1/32) times it (14 % at 64): the Schatten-32 norm, by matrix products
/// alone, so that nothing waits for a decomposition. M: [..., m, n]; back: [...]. Otherwise as spectral_norm.
at::Tensor spectral_norm_bound(const at::Tensor& M);

struct PowerIteration {
  at::Tensor sigma;  ///< [...], never above the true norm but for rounding
  at::Tensor u;      ///< [..., m], unit length; keep it to start the next call warm
};

/// `steps` power steps v = M^T u / |M^T u|, u = M v / |M v|, sigma = u^T M v from the given u (undefined: a fixed start that
/// depends on the shape alone). M: [..., m, n]. Zero -> sigma 0, u as given. Otherwise as spectral_norm. Source: arXiv 2602.12429.
PowerIteration power_iteration(const at::Tensor& M, const at::Tensor& u = {}, int steps = 1);

}  // namespace steepest::matrix
