// torch_version.h: everything that differs between the versions of LibTorch that the project builds with.
#pragma once
#include <ATen/ATen.h>
#include <torch/version.h>

#include <sstream>
#include <string>
#include <type_traits>

#define STEEPEST_TORCH_AT_LEAST(major, minor) \
  (TORCH_VERSION_MAJOR > (major) || (TORCH_VERSION_MAJOR == (major) && TORCH_VERSION_MINOR >= (minor)))

namespace steepest::matrix {

/// Whether products of bfloat16 are added up in float32 and rounded once on every CPU. LibTorch 1.13 rounds after every addition on one without
/// AVX-512, which leads five Newton-Schulz steps off by up to three tenths; versions in between are treated alike.
inline constexpr bool kAddsBfloat16InFloat32 = STEEPEST_TORCH_AT_LEAST(2, 13);

/// softmax(scale * q k^T + causal mask) v. q, k, v: [..., T, d]; same shape back. LibTorch 2.1 and later: the fused kernel.
inline at::Tensor causal_attention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, double scale) {
#if STEEPEST_TORCH_AT_LEAST(2, 1)
  return at::scaled_dot_product_attention(q, k, v, /*attn_mask=*/{}, /*dropout_p=*/0.0, /*is_causal=*/true, scale);
#else
  const auto length = q.size(-2);
  const auto future = at::ones({length, length}, q.options().dtype(at::kBool)).triu(1);
  const auto scores = at::matmul(q, k.transpose(-2, -1)) * scale;
  return at::matmul(at::softmax(scores.masked_fill(future, -std::numeric_limits<double>::infinity()), -1), v);
#endif
}

/// The key under which torch::optim::Optimizer keeps a parameter's state: the implementation's address, as a pointer since
/// LibTorch 2.3 and as text before. Key: `std::decay_t<decltype(optimizer.state())>::key_type`.
template <class Key>
Key optimizer_state_key(const at::Tensor& parameter) {
  auto* address = parameter.unsafeGetTensorImpl();
  if constexpr (std::is_pointer_v<Key>) {
    return address;
  } else {
    std::ostringstream text;
    text << address;
    return text.str();
  }
}

}  // namespace steepest::matrix
