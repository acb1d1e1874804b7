// rms_norm.cpp: see rms_norm.h.
#include "model/rms_norm.h"

#include <torch/csrc/autograd/custom_function.h>

namespace steepest::model {
namespace {

struct RmsNorm : torch::autograd::Function<RmsNorm> {
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& x, double epsilon) {
    const double n = static_cast<double>(x.size(-1));
    const at::Tensor inverse = at::linalg_vector_norm(x, 2, at::IntArrayRef{-1}, /*keepdim=*/true).square_().div_(n).add_(epsilon).rsqrt_();
    at::Tensor y = x * inverse;
    context->save_for_backward({y, inverse});
    return y;
  }
  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context, torch::autograd::variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const at::Tensor &g = gradients[0], &y = saved[0], &inverse = saved[1];
    const at::Tensor along = (g * y).mean(-1, /*keepdim=*/true);
    return {at::addcmul(g, y, along, -1).mul_(inverse), at::Tensor()};
  }
};

}  // namespace

at::Tensor rms_norm(const at::Tensor& x, double epsilon) { return RmsNorm::apply(x, epsilon); }

}  // namespace steepest::model
