// pair_step.h: what the rules of pairs share: moments, the split weight decay.
#pragma once
#include "batch.h"

namespace steepest::optim {

/// Gives both factors a zero state of their shape under `name`.
void zero_state(Slot& a, Slot& b, const char* name);

/// m <- momentum m + (1 - momentum) gradient, for both factors' state `momentum`. No bias correction.
void update_momenta(Slot& a, Slot& b, double momentum);

/// A <- q A + dA / q, B <- q B + dB / q with q = sqrt(1 - decay): the product decays by exactly 1 - decay and its first-order step stays
/// as it is. Throws std::invalid_argument unless a decay that the host knows is below 1. Source: arXiv 2606.12921.
void split_decay_step(Slot& a, Slot& b, const at::Tensor& delta_A, const at::Tensor& delta_B, const Scalar& decay);

/// X <- (1 - decay) X + dX for both factors: the product decays by the square.
void factor_decay_step(Slot& a, Slot& b, const at::Tensor& delta_A, const at::Tensor& delta_B, const Scalar& decay);

}  // namespace steepest::optim
