// stacked_network.h: networks of one shape that compute their losses and gradients as one. Axes: M networks, B sequences, T tokens.
#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "model/model.h"

namespace steepest::model {

/// Every member stays whole: from now on its parameters and their gradients are parts of stacks [M, ...], so what updates, looks at or saves a member
/// alone does so here. Numbers are those of the members' own (kernels=simple), to rounding: one product over M matrices adds up in another order.
class StackedNetwork {
 public:
  /// `bfloat16`, `packed`: as make_loss_function has them (there `packed` is kernels=fused). Throws std::invalid_argument unless the members are of one
  /// kind and shape.
  StackedNetwork(std::vector<std::shared_ptr<Model>> members, bool bfloat16, bool packed);

  std::int64_t members() const { return static_cast<std::int64_t>(members_.size()); }

  /// The loss of each member, [M], nats a token. input, target: int32 [M, B, T], tokens of each, or [B, T], the same of all. No gradients.
  at::Tensor losses(const at::Tensor& input, const at::Tensor& target) const;

  /// The same, with each member's gradients in its parameters' `grad`. Waits for no device, and gradients stay where they are.
  at::Tensor gradients(const at::Tensor& input, const at::Tensor& target);

  /// Zero gradients for the members of which `alive` [M], of bools, is false.
  void mask(const at::Tensor& alive);
  /// Each member's gradients scaled so that their global norm is `most` or less, as clip_grad_norm_ does.
  void clip(double most);

 private:
  at::Tensor losses_of(const at::Tensor& input, const at::Tensor& target) const;

  std::vector<std::shared_ptr<Model>> members_;
  std::shared_ptr<Model> whole_;
  std::vector<at::Tensor> trained_;  // of whole_, [M, ...]
  bool bfloat16_, packed_;
};

}  // namespace steepest::model
