// pair_step.h: what the optimizers of pairs share: moments, the split weight decay.
#pragma once
#include <ATen/ATen.h>

#include "optim/batched_optimizer.h"

namespace steepest::optim {

/// Gives every slot a zero state of the parameter's shape under `name`.
void zero_state(Batch& batch, const char* name);

/// m <- momentum m + (1 - momentum) gradient, for both factors' state `momentum`. No bias correction.
void update_momenta(Slot& a, Slot& b, double momentum);

/// A <- q A + dA / q, B <- q B + dB / q with q = sqrt(1 - decay): the product decays by exactly 1 - decay and its first-order step stays
/// as it is. Throws std::invalid_argument unless decay < 1. Source: arXiv 2606.12921.
void split_decay_step(Slot& a, Slot& b, const at::Tensor& delta_A, const at::Tensor& delta_B, double decay);

/// X <- (1 - decay) X + dX for both factors: the product decays by the square.
void factor_decay_step(Slot& a, Slot& b, const at::Tensor& delta_A, const at::Tensor& delta_B, double decay);

}  // namespace steepest::optim
