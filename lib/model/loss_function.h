// loss_function.h: the loss of a network's batches and its gradients, by whichever code computes them.
#pragma once
#include <ATen/ATen.h>

#include <cstdint>
#include <memory>

#include "model/kernels.h"
#include "model/model.h"

namespace steepest::model {

/// Of one network. input, target: int32 [B, T]. Loss: mean cross-entropy, nats a token.
class LossFunction {
 public:
  virtual ~LossFunction() = default;
  virtual double loss(const at::Tensor& input, const at::Tensor& target) = 0;
  /// The loss, with its gradients in the parameters' `grad`; where it is not finite, they are of no use.
  virtual double gradients(const at::Tensor& input, const at::Tensor& target) = 0;
};

/// For sequences of at most `longest` tokens. The network must outlive it. `bfloat16`: products with dense and frozen matrices and the head, of a
/// float32 network, are of numbers rounded to bfloat16 (linear_map.h); those of factors and of attention are not.
std::unique_ptr<LossFunction> make_loss_function(Model& network, Kernels kernels, std::int64_t longest, bool bfloat16 = false);

}  // namespace steepest::model
