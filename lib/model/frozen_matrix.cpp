// frozen_matrix.cpp: see frozen_matrix.h.
#include "model/frozen_matrix.h"

#include <torch/csrc/autograd/custom_function.h>

#include <optional>

#include "model/linear_map.h"
#include "model/packed.h"

namespace steepest::model {
namespace {

using Held = c10::intrusive_ptr<torch::CustomClassHolder>;

thread_local bool packs = false;

/// What products need of a matrix, made when they first do.
class Made : public torch::CustomClassHolder {
 public:
  explicit Made(const at::Tensor& weight) : weight_(weight.contiguous()) {}

  const at::Tensor& rounded_weight() {
    if (rounded_.defined()) return rounded_;
    const at::NoGradGuard no_grad;
    rounded_ = rounded(weight_);
    if (rounded_.scalar_type() == weight_.scalar_type() && at::equal(rounded_, weight_)) rounded_ = weight_;
    return rounded_;
  }

  /// x W^T of x [..., n], or with `back` g W of g [..., m]. `bfloat16`: of rounded numbers.
  at::Tensor product(const at::Tensor& x, bool bfloat16, bool back) {
    if (weight_.scalar_type() == at::kDouble) return product(x, doubles_[back], false, back);
    return product(x, (bfloat16 ? bfloats_ : floats_)[back], bfloat16, back);
  }

 private:
  template <class T>
  at::Tensor product(const at::Tensor& x, std::optional<Packed<T>>& own, bool bfloat16, bool back) {
    const std::int64_t out = weight_.size(0), in = weight_.size(1), k = back ? out : in, n = back ? in : out;
    if (!own) {
      own.emplace(kernel::pieces<T>(), bfloat16);
      own->pack(k, n, back ? kernel::Strided<T>{weight_.data_ptr<T>(), in, 1} : kernel::Strided<T>{weight_.data_ptr<T>(), 1, in});
    }
    const at::Tensor rows = x.contiguous();
    auto shape = rows.sizes().vec();
    shape.back() = n;
    at::Tensor y = at::empty(shape, rows.options());
    own->multiply(rows.numel() / k, {rows.data_ptr<T>(), k, 1}, y.data_ptr<T>(), n, /*add=*/false);
    return y;
  }

  at::Tensor weight_, rounded_;
  std::optional<Packed<float>> floats_[2], bfloats_[2];  // forward, back
  std::optional<Packed<double>> doubles_[2];
};

Made& as_made(const Held& held) { return static_cast<Made&>(*held); }

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// By LibTorch, of rounded numbers.
struct RoundedProduct : torch::autograd::Function<RoundedProduct> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& narrow_W) {
    context->save_for_backward({narrow_W});
    return at::linear(rounded(x), narrow_W).to(at::kFloat);
  }
  static variable_list backward(AutogradContext* context, variable_list gradients) {
    return {at::matmul(rounded(gradients[0]), context->get_saved_variables()[0]).to(at::kFloat), at::Tensor()};
  }
};

/// By lib/kernel.
struct PackedProduct : torch::autograd::Function<PackedProduct> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const Held& made, bool bfloat16) {
    context->saved_data["made"] = c10::IValue::make_capsule(made);
    context->saved_data["bfloat16"] = bfloat16;
    return as_made(made).product(x, bfloat16, /*back=*/false);
  }
  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const Held made = context->saved_data["made"].toCapsule();
    return {as_made(made).product(gradients[0], context->saved_data["bfloat16"].toBool(), /*back=*/true), at::Tensor(), at::Tensor()};
  }
};

}  // namespace

PackedScope::PackedScope(bool on) : before_(packs) { packs = on; }

PackedScope::~PackedScope() { packs = before_; }

FrozenMatrix::FrozenMatrix(const at::Tensor& weight) : weight_(weight), made_(c10::make_intrusive<Made>(weight)) {}

at::Tensor FrozenMatrix::operator()(const at::Tensor& x) const {
  if (weight_.dim() == 3) return linear_map(x, weight_);
  const bool bfloat16 = rounds_products_of(x);
  if (packs && weight_.is_cpu()) return PackedProduct::apply(x, made_, bfloat16);
  return bfloat16 ? RoundedProduct::apply(x, as_made(made_).rounded_weight()) : at::linear(x, weight_);
}

}  // namespace steepest::model
