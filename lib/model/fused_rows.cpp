// fused_rows.cpp: see fused_rows.h.
#include "model/fused_rows.h"

#include <ATen/ATen.h>

#include <cmath>

#include "model/rope.h"
#include "model/transformer_shapes.h"

namespace steepest::model {
namespace {

template <class T>
auto activation_of(const kernel::Pieces<T>& pieces, const std::string& mlp) {
  if (mlp == "swiglu") return pieces.silu;
  return mlp == "relu2" ? pieces.relu2 : pieces.gelu;
}

}  // namespace

template <class T>
FusedRows<T>::FusedRows(const TransformerOptions& options, std::int64_t longest_, bool bfloat16_)
    : pieces(kernel::pieces<T>()), bfloat16(bfloat16_), longest(longest_), width(options.width), hidden(mlp_size(options)),
      length(longest), heads{longest, options.heads, width / options.heads, width},
      weight(static_cast<T>(options.residual_weight / static_cast<double>(2 * options.layers))), convex(options.residual == "convex"),
      normalises_heads(options.qk_norm), gated(options.mlp == "swiglu"), norm(options.norm == "rms" ? pieces.rms_norm : pieces.layer_norm),
      norm_backward(options.norm == "rms" ? pieces.rms_norm_backward : pieces.layer_norm_backward),
      activation(activation_of(pieces, options.mlp)), joins_mlp(options.mlp == "gelu") {
  const double head_size = static_cast<double>(heads.size);
  scale = static_cast<T>(options.attention_scale == "inverse" ? 1 / head_size : 1 / std::sqrt(head_size));
  if (options.position == "rope") {
    const at::Tensor angles = at::view_as_real(rope_turns(longest, heads.size, options.rope_base, at::kDouble)).contiguous();
    const double* first = angles.data_ptr<double>();
    turns.assign(first, first + angles.numel());
  }
  for (Numbers* numbers : {&x, &dx, &f, &d, &dq, &dk, &dv, &d_normal}) resize(*numbers, longest * width);
  resize(d_hidden, longest * hidden);
  if (gated) d_raised.resize(d_hidden.size());
  resize(scratch, pieces.attention_scratch(heads));
}

template struct FusedRows<float>;
template struct FusedRows<double>;

}  // namespace steepest::model
