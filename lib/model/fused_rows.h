// fused_rows.h: what the blocks of a network have in common in the fused step. Axes: L tokens, C width, h size of the MLP.
#pragma once
#include <vector>

#include "kernel/pieces.h"
#include "model/transformer_options.h"

namespace steepest::model {

template <class T>
void resize(std::vector<T>& numbers, std::int64_t count) {
  numbers.resize(static_cast<std::size_t>(count));
}

/// What the blocks of a network have in common: its options as numbers and kernels, and the rows that one block after another works on.
template <class T>
struct FusedRows {
  using Numbers = std::vector<T>;
  /// For sequences of at most `longest` tokens.
  FusedRows(const TransformerOptions& options, std::int64_t longest, bool bfloat16);

  const kernel::Pieces<T>& pieces;
  const bool bfloat16;  ///< of matrices, as Packed has it
  const std::int64_t longest, width, hidden;
  std::int64_t length;  ///< of the sequence now
  kernel::Heads heads;
  T scale, weight;  ///< of the scores; of each sub-block in the residual
  bool convex, normalises_heads, gated;
  decltype(kernel::Pieces<T>::rms_norm) norm;
  decltype(kernel::Pieces<T>::rms_norm_backward) norm_backward;
  decltype(kernel::Pieces<T>::gelu) activation;  ///< of the MLP, or of its gate
  bool joins_mlp;                                ///< thin factors may meet in the activation
  Numbers turns;                                 ///< [L, size of a head]; empty: heads are not turned
  Numbers x, dx;                                 ///< [L, C], between the blocks
  Numbers f, d, dq, dk, dv, d_normal, d_hidden, d_raised, scratch;
};

}  // namespace steepest::model
