// tangent_optimizer.h: what Riemannion and LoRA-TSD share: a first moment that is carried from tangent space to tangent space.
#pragma once
#include <stdexcept>
#include <string>

#include "optim/pair_optimizer.h"
#include "optim/tangent.h"

namespace steepest::optim {

/// Gives both slots the state `moment` (C or D) and `Q`, the basis in which it is meant.
void initialize_moment(Batch& batch);

/// M <- momentum P_T(M) + (1 - momentum) P_T(G) at this frame; the state is replaced. grad_A is taken of the whole product, s included.
Tangent carry_moment(Slot& a, Slot& b, const Frame& frame, const at::Tensor& grad_A, const at::Tensor& grad_B, double momentum);

/// A pair optimizer that needs r <= m and r <= n.
template <class Plain>
class TangentOptimizer : public PairOptimizer<Plain> {
 protected:
  template <class Parameters>
  TangentOptimizer(const Parameters& parameters, Plain options, double lora_scale)
      : PairOptimizer<Plain>(parameters, std::move(options), lora_scale) {
    for (const auto& group : this->param_groups()) {
      for (const auto& factor : group.params()) {
        if (factor.size(0) < factor.size(1)) {
          throw std::invalid_argument(std::string(Plain::kName) + ": the rank of a pair is above the size of its weight");
        }
      }
    }
  }

  void initialize(Batch& batch) const override { initialize_moment(batch); }
};

}  // namespace steepest::optim
