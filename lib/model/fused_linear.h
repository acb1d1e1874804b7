// fused_linear.h: a hidden matrix of whatever kind in the fused step.
#pragma once
#include <optional>

#include "model/fused_factors.h"
#include "model/fused_matrix.h"

namespace steepest::model {

/// W: a matrix, factors, or factors beside a frozen matrix.
template <class T>
class FusedLinear {
 public:
  /// `rows`: of a sequence, at most. The layer must outlive this; gradients go to its parameters' `grad`. `bfloat16`: of the matrix, as Packed
  /// has it.
  FusedLinear(const kernel::Pieces<T>& pieces, const HiddenLinear& layer, std::int64_t rows, bool bfloat16);

  /// Before each step: reads what the parameters are now, and begins their gradients at zero if they are asked for.
  void begin(bool gradients);
  void forward(std::int64_t rows, const T* x, T* y);
  /// Of the sequence whose forward came last. Adds to the parameters' gradients; puts x's into dx, or adds it there, unless dx is null.
  void backward(std::int64_t rows, const T* x, const T* dy, T* dx, bool add);
  /// Its factors, if there is nothing beside them.
  FusedFactors<T>* factors_alone() { return matrix_ || !factors_ ? nullptr : &*factors_; }
  /// After the last sequence of a step: then the gradients are whole.
  void finish();

 private:
  std::optional<FusedMatrix<T>> matrix_;
  std::optional<FusedFactors<T>> factors_;
};

/// y = down(gelu(up(x))), of a kind that can be fused: then true. slope, hidden: [rows, n], the derivative and the value of the activation.
template <class T>
bool fused_mlp(FusedLinear<T>& up, FusedLinear<T>& down, std::int64_t rows, const T* x, T* slope, T* hidden, T* y);
/// Its way back, with backward's meaning of dx.
template <class T>
bool fused_mlp_backward(FusedLinear<T>& up, FusedLinear<T>& down, std::int64_t rows, const T* x, const T* slope, const T* hidden,
                        const T* dy, T* dx);

}  // namespace steepest::model
