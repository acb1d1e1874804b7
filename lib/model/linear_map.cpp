// linear_map.cpp: see linear_map.h.
#include "model/linear_map.h"

#include <torch/csrc/autograd/custom_function.h>

namespace steepest::model {
namespace {

thread_local bool rounds = false;

/// What a product is given: on the CPU the rounded numbers as float32, so that its sums are.
at::Tensor rounded(const at::Tensor& t) {
  const at::Tensor narrow = t.to(at::kBFloat16);
  return t.is_cpu() ? narrow.to(at::kFloat) : narrow;
}

struct BfloatLinear : torch::autograd::Function<BfloatLinear> {
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& x, const at::Tensor& W) {
    const at::Tensor narrow_x = rounded(x), narrow_W = rounded(W);
    context->save_for_backward({narrow_x, narrow_W});
    return at::linear(narrow_x, narrow_W).to(at::kFloat);
  }
  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context, torch::autograd::variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const at::Tensor &x = saved[0], &W = saved[1], g = rounded(gradients[0]);
    at::Tensor of_x, of_W;
    if (context->needs_input_grad(0)) of_x = at::matmul(g, W).to(at::kFloat);
    if (context->needs_input_grad(1)) of_W = at::mm(g.flatten(0, -2).t(), x.flatten(0, -2)).to(at::kFloat);
    return {of_x, of_W};
  }
};

/// The same of a matrix that needs no gradient and is rounded already.
struct BfloatFrozen : torch::autograd::Function<BfloatFrozen> {
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& x, const at::Tensor& narrow_W) {
    context->save_for_backward({narrow_W});
    return at::linear(rounded(x), narrow_W).to(at::kFloat);
  }
  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context, torch::autograd::variable_list gradients) {
    return {at::matmul(rounded(gradients[0]), context->get_saved_variables()[0]).to(at::kFloat), at::Tensor()};
  }
};

bool rounds_products_of(const at::Tensor& x) { return rounds && x.scalar_type() == at::kFloat; }

}  // namespace

BfloatScope::BfloatScope(bool on) : before_(rounds) { rounds = on; }

BfloatScope::~BfloatScope() { rounds = before_; }

at::Tensor linear_map(const at::Tensor& x, const at::Tensor& W) {
  return rounds_products_of(x) ? BfloatLinear::apply(x, W) : at::linear(x, W);
}

at::Tensor FrozenMatrix::operator()(const at::Tensor& x) const {
  if (!rounds_products_of(x)) return at::linear(x, weight_);
  if (!rounded_.defined()) {
    const at::NoGradGuard no_grad;
    rounded_ = rounded(weight_);
    if (rounded_.scalar_type() == weight_.scalar_type() && at::equal(rounded_, weight_)) rounded_ = weight_;
  }
  return BfloatFrozen::apply(x, rounded_);
}

}  // namespace steepest::model
