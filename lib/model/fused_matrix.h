// fused_matrix.h: a dense matrix in the fused step: packed once a step, its products on the rows of one sequence.
#pragma once
#include <ATen/ATen.h>

#include "model/packed.h"

namespace steepest::model {

/// The gradient of `parameter` is there, and zero.
void begin_gradient(const at::Tensor& parameter);

/// y = x W^T. x: [rows, fan_in]; y: [rows, fan_out], its rows `ld` apart.
template <class T>
class FusedMatrix {
 public:
  /// weight: [fan_out, fan_in]; its gradient goes to its `grad` if it is trained. `bfloat16`: as Packed has it.
  FusedMatrix(const kernel::Pieces<T>& pieces, at::Tensor weight, bool trained, bool bfloat16)
      : weight_(std::move(weight)), trained_(trained), forward_(pieces, bfloat16), back_(pieces, bfloat16), rows_(pieces, bfloat16) {}

  std::int64_t fan_out() const { return weight_.size(0); }

  /// Before each step: reads what the weight is now, and begins its gradient at zero if that is asked for.
  void begin(bool gradients);
  void forward(std::int64_t rows, const T* x, T* y, std::int64_t ld) const;
  /// Adds to the weight's gradient; puts x's into dx, or adds it there, unless dx is null.
  void backward(std::int64_t rows, const T* x, const T* dy, std::int64_t ld, T* dx, bool add);

 private:
  at::Tensor weight_;
  bool trained_;
  Packed<T> forward_, back_, rows_;  // what x W^T, dy W and dy^T x read on their right
};

}  // namespace steepest::model
