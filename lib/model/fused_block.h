// fused_block.h: one block of the transformer, attention and MLP, on the rows of one sequence: what it computes, kept for the way back, and the
// way back. Axes: L tokens, C width, h size of the MLP.
#pragma once
#include <optional>
#include <vector>

#include "model/fused_linear.h"
#include "model/fused_rows.h"
#include "model/transformer.h"

namespace steepest::model {

template <class T>
class FusedBlock {
 public:
  using Numbers = std::vector<T>;
  /// rows and network must outlive it.
  FusedBlock(FusedRows<T>& rows, const Transformer& network, std::int64_t layer);

  void begin(bool gradients);
  /// rows.x: on the way in what the block is given, on the way out what it gives.
  void forward();
  /// rows.dx: the gradient of what the block gave becomes that of what it was given.
  void backward();
  void finish();

 private:
  template <class Body>
  void for_each_linear(Body&& body);
  /// Those of the values, if attention can be had without them whole.
  FusedFactors<T>* thin_values() {
    FusedFactors<T>* values = value_.factors_alone();
    return values && values->attends(rows_.heads) ? values : nullptr;
  }
  void attention();
  void mlp();
  void mix();
  void part();
  void mlp_backward();
  void attention_backward();

  FusedRows<T>& rows_;
  FusedLinear<T> query_, key_, value_, output_, up_, down_;
  std::optional<FusedLinear<T>> gate_;
  Numbers normal_, inverse_;  // normalised input of the attention, [L, C] and [L]
  Numbers q_, k_, v_, inverse_q_, inverse_k_, weights_, mixed_;
  Numbers normal_mlp_, inverse_mlp_;  // and of the MLP
  Numbers slope_, hidden_;            // derivative of the activation, and what the MLP's second matrix is given [L, h]
  Numbers open_, raised_;             // with a gate: its activation, and what it lets through
};

}  // namespace steepest::model
