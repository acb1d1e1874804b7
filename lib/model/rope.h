// rope.h: rotary position encoding (Su et al. 2021); the pairs that turn are neighbouring entries, or entries of the two
// halves.
#pragma once
#include <ATen/ATen.h>

namespace steepest::model {

/// The turn of pair i at position t, exp(j·t·base^(−2i/D)): complex [T, D/2]. `size` is the head size D, even.
at::Tensor rope_turns(std::int64_t length, std::int64_t size, double base, const at::TensorOptions& placement);

/// Turns x [B, H, T, D]: the pair (x_2i, x_2i+1) as one complex number times its turn.
at::Tensor rope(const at::Tensor& x, const at::Tensor& turns);

/// The same of the pairs (x_i, x_(i + D/2)), as Llama's checkpoints in Hugging Face's form have them.
at::Tensor rope_halves(const at::Tensor& x, const at::Tensor& turns);

}  // namespace steepest::model
