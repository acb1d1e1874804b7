// tangent_optimizer.h: what Riemannion and LoRA-TSD share: a first moment that is carried from tangent space to tangent space.
#pragma once
#include "optim/pair_optimizer.h"
#include "optim/tangent.h"

namespace steepest::optim {

/// Gives both slots the state `moment` (C or D) and `Q`, the basis in which it is meant.
void initialize_moment(Batch& batch);

/// M <- momentum P_T(M) + (1 - momentum) P_T(G) at this frame; the state is replaced. grad_A is taken of the whole product, s included.
Tangent carry_moment(Slot& a, Slot& b, const Frame& frame, const at::Tensor& grad_A, const at::Tensor& grad_B, double momentum);

/// A pair optimizer with that moment.
template <class Plain>
class TangentOptimizer : public PairOptimizer<Plain> {
 protected:
  using PairOptimizer<Plain>::PairOptimizer;

  void initialize(Batch& batch) const override { initialize_moment(batch); }
};

}  // namespace steepest::optim
