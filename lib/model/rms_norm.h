// rms_norm.h: RMS normalisation without parameters, with a backward pass of its own (fewer passes over memory than autograd's).
#pragma once
#include <ATen/ATen.h>

namespace steepest::model {

/// x / sqrt(mean(x², last axis) + epsilon). x: [..., n], any float type; same shape back.
/// Gradient: (g − y·mean(g·y)) / sqrt(mean(x²) + epsilon), for y the result.
at::Tensor rms_norm(const at::Tensor& x, double epsilon = 1e-6);

}  // namespace steepest::model
