// fused_linear.h: a hidden matrix in the fused step: its weights packed once a step, its products on the rows of one sequence.
#pragma once
#include <vector>

#include "kernel/pieces.h"
#include "model/hidden_linear.h"

namespace steepest::model {

/// y = x W^T of W [fan_out, fan_in]: trained, frozen, or W_pre + s A B^T with a frozen W_pre or none. x: [rows, fan_in], y: [rows, fan_out].
template <class T>
class FusedLinear {
 public:
  /// `rows`: of a sequence, at most. The layer must outlive this; gradients go to its parameters' `grad`.
  FusedLinear(const kernel::Pieces<T>& pieces, const HiddenLinear& layer, std::int64_t rows);

  /// Before each step: packs what the parameters are now, and begins their gradients at zero.
  void begin();
  void forward(std::int64_t rows, const T* x, T* y);
  /// Of the sequence whose forward came last. Adds to the parameters' gradients; puts x's into dx, or adds it there, unless dx is null.
  void backward(std::int64_t rows, const T* x, const T* dy, T* dx, bool add);

 private:
  using Numbers = std::vector<T>;
  struct Factor {  // one trained matrix [rows, columns], and where its gradient is
    at::Tensor value, gradient;
    kernel::Strided<T> matrix() const { return {value.data_ptr<T>(), value.size(1), 1}; }
    kernel::Strided<T> transposed() const { return {value.data_ptr<T>(), 1, value.size(1)}; }
  };
  void pack(Numbers& to, std::int64_t k, std::int64_t n, kernel::Strided<T> from) const;
  /// C (+)= A B of packed B with k rows.
  void product(std::int64_t m, std::int64_t n, std::int64_t k, kernel::Strided<T> A, const Numbers& B, T* C, bool add) const;
  /// gradient [m, n] += left^T right of matrices with `rows` rows.
  void add_gradient(Factor& of, std::int64_t rows, const T* left, const T* right);

  const kernel::Pieces<T>& pieces_;
  std::int64_t fan_out_, fan_in_, rank_ = 0;
  at::Tensor frozen_;            // W_pre or a frozen matrix; undefined where there is none
  std::vector<Factor> trained_;  // the matrix; or A and B; or nothing
  T scale_ = 1;
  Numbers weight_, weight_back_;                 // the matrix for x W^T and for dy W
  Numbers B_, A_transposed_, A_, B_transposed_;  // for x B, t A^T, dy A, dt B^T
  Numbers inner_, d_inner_, rows_packed_;        // s x B [rows, r], its gradient, and what the products of gradients read
};

}  // namespace steepest::model
