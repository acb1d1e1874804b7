// recordable.h: whether an optimizer's step can be recorded as a CUDA graph, without LibTorch.
#pragma once
#include <type_traits>
#include <variant>

#include "all_options.h"

namespace steepest::optim {

/// False for what takes singular values or eigenvalues: on a GPU LibTorch's waits for the device, and is slow for many small matrices.
inline bool recordable(const AnyOptions& options) {
  return std::visit(
      [](const auto& plain) {
        using Plain = std::decay_t<decltype(plain)>;
        if (std::is_same_v<Plain, LoraRiteOptions> || std::is_same_v<Plain, SpecgdOptions> || std::is_same_v<Plain, RiemannionOptions>)
          return false;
        bool decomposes = false;
        if constexpr (requires { plain.msign; }) decomposes |= plain.msign == MsignMethod::svd;
        if constexpr (requires { plain.inverse_sqrt; }) decomposes |= plain.inverse_sqrt == InverseSqrtMethod::eigh;
        if constexpr (requires { plain.norm; }) decomposes |= plain.norm == NormKind::schatten || plain.norm == NormKind::nuclear;
        if constexpr (requires { plain.zero_factor; }) decomposes |= plain.zero_factor == ZeroFactor::pseudo_inverse;
        if constexpr (requires { plain.balance; }) decomposes |= plain.balance || plain.rebalance > 0;
        return !decomposes;
      },
      options);
}

}  // namespace steepest::optim
