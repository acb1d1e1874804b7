// linear_map.cpp: see linear_map.h.
#include "model/linear_map.h"

#include <torch/csrc/autograd/custom_function.h>

namespace steepest::model {
namespace {

thread_local bool rounds = false;

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

/// The same of M matrices, each of rows of its own. x: [M, rows, n]; W: [M, m, n].
struct BfloatProducts : torch::autograd::Function<BfloatProducts> {
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& x, const at::Tensor& W) {
    const at::Tensor narrow_x = rounded(x), narrow_W = rounded(W);
    context->save_for_backward({narrow_x, narrow_W});
    return at::bmm(narrow_x, narrow_W.transpose(1, 2)).to(at::kFloat);
  }
  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context, torch::autograd::variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const at::Tensor &x = saved[0], &W = saved[1], g = rounded(gradients[0]);
    at::Tensor of_x, of_W;
    if (context->needs_input_grad(0)) of_x = at::bmm(g, W).to(at::kFloat);
    if (context->needs_input_grad(1)) of_W = at::bmm(g.transpose(1, 2), x).to(at::kFloat);
    return {of_x, of_W};
  }
};

}  // namespace

BfloatScope::BfloatScope(bool on) : before_(rounds) { rounds = on; }

BfloatScope::~BfloatScope() { rounds = before_; }

at::Tensor on_own_rows(const at::Tensor& x, std::int64_t networks, const std::function<at::Tensor(const at::Tensor&)>& map) {
  const at::Tensor y = map(x.reshape({networks, -1, x.size(-1)}));
  auto shape = x.sizes().vec();
  shape.back() = y.size(-1);
  return y.view(shape);
}

at::Tensor linear_map(const at::Tensor& x, const at::Tensor& W) {
  if (W.dim() == 3) {
    return on_own_rows(x, W.size(0), [&](const at::Tensor& rows) {
      return rounds_products_of(x) ? BfloatProducts::apply(rows, W) : at::bmm(rows, W.transpose(1, 2));
    });
  }
  return rounds_products_of(x) ? BfloatLinear::apply(x, W) : at::linear(x, W);
}

bool rounds_products_of(const at::Tensor& x) { return rounds && x.scalar_type() == at::kFloat; }

at::Tensor rounded(const at::Tensor& t) {
  const at::Tensor narrow = t.to(at::kBFloat16);
  return t.is_cpu() ? narrow.to(at::kFloat) : narrow;
}

}  // namespace steepest::model
