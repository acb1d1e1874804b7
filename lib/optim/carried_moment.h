// carried_moment.h: what Riemannion and LoRA-TSD share: a first moment that is carried from tangent space to tangent space.
#pragma once
#include "batch.h"
#include "tangent.h"

namespace steepest::optim {

/// Gives both slots the state `moment` (C or D) and `Q`, the basis in which it is meant.
void initialize_moment(Slot& a, Slot& b);

/// M <- momentum P_T(M) + (1 - momentum) P_T(G) at this frame; the state is replaced. grad_A is taken of the whole product, s included.
Tangent carry_moment(Slot& a, Slot& b, const Frame& frame, const at::Tensor& grad_A, const at::Tensor& grad_B, double momentum);

}  // namespace steepest::optim
