// rope.h: rotary position encoding (Su et al. 2021), half-split form.
#pragma once
#include <ATen/ATen.h>

namespace steepest::model {

/// Rotates x [B, H, T, D], D even, by position: the pair (x_i, x_{i+D/2}) at position t turns by t·base^(−2i/D).
at::Tensor rope(const at::Tensor& x, double base);

}  // namespace steepest::model
