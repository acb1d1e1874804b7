// kernels.h: which code computes a network's loss and gradients, without LibTorch.
#pragma once
#include <array>

namespace steepest::model {

/// fused: on the CPU the hand-written forward and backward of lib/kernel; a GPU runs LibTorch's operations. simple: LibTorch's operations and
/// autograd everywhere.
enum class Kernels { fused, simple };
constexpr auto choice_names(Kernels) { return std::array{"fused", "simple"}; }
/// fused 2: attention of thin values, and the order of three sums.
constexpr int choice_numerics(Kernels kernels) { return kernels == Kernels::fused ? 2 : 1; }

}  // namespace steepest::model
