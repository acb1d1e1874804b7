// fused_linear.h: a hidden matrix in the fused step: packed once a step, its products on the rows of one sequence.
#pragma once
#include <optional>
#include <vector>

#include "kernel/pieces.h"
#include "model/hidden_linear.h"

namespace steepest::model {

/// The gradient of `parameter` is there, and zero.
void begin_gradient(const at::Tensor& parameter);

/// W [fan_out, fan_in], trained or frozen. Row by row, x: [rows, fan_in], y: [rows, fan_out].
template <class T>
class PackedMatrix {
 public:
  PackedMatrix(const kernel::Pieces<T>& pieces, at::Tensor weight, bool trained)
      : pieces_(pieces), weight_(std::move(weight)), trained_(trained) {}

  void begin(bool gradients);
  void forward(std::int64_t rows, const T* x, T* y);
  void backward(std::int64_t rows, const T* x, const T* dy, T* dx, bool add);

 private:
  const kernel::Pieces<T>& pieces_;
  at::Tensor weight_;
  bool trained_;
  std::vector<T> packed_, packed_back_, rows_packed_;  // for x W^T, dy W, dy^T x
};

/// s A B^T of trained factors A [fan_out, r], B [fan_in, r].
template <class T>
class PackedFactors {
 public:
  PackedFactors(const kernel::Pieces<T>& pieces, const Factors& factors, std::int64_t rows);

  void begin(bool gradients);
  void forward(std::int64_t rows, const T* x, T* y, bool add);
  void backward(std::int64_t rows, const T* x, const T* dy, T* dx, bool add);
  void finish();

  /// down(gelu(up(x))) in one pass over the numbers in between, and back; of thin factors of one rank.
  static bool join(const PackedFactors& up, const PackedFactors& down) {
    return up.rank_ == down.rank_ && up.rank_ <= up.pieces_.thinnest_joined;
  }
  static void gelu_between(PackedFactors& up, PackedFactors& down, std::int64_t rows, const T* x, T* slope, T* hidden, T* y);
  static void gelu_between_backward(PackedFactors& up, PackedFactors& down, std::int64_t rows, const T* x, const T* slope, const T* hidden,
                                    const T* dy, T* dx);

 private:
  /// One factor [n, r]: as it is read, and its gradient on the way there.
  struct Side {
    at::Tensor value;
    std::vector<T> into, out, gradient;  // of a thin factor: into is its transpose, gradient that of the transpose
  };
  void begin(Side& side, bool gradients);
  void into(const Side& side, std::int64_t rows, const T* x, std::vector<T>& t) const;
  void out(const Side& side, std::int64_t rows, const std::vector<T>& t, T* y, bool add) const;
  void add_gradient(Side& side, std::int64_t rows, const std::vector<T>& t, const T* dy);
  void scale(std::vector<T>& t) const;

  const kernel::Pieces<T>& pieces_;
  std::int64_t rank_;
  bool thin_;
  T scale_;
  Side A_, B_;
  std::vector<T> inner_, d_inner_, rows_packed_;  // s x B [rows, r], its gradient, and what the products of gradients read
};

/// W: a matrix, factors, or factors beside a frozen matrix.
template <class T>
class FusedLinear {
 public:
  /// `rows`: of a sequence, at most. The layer must outlive this; gradients go to its parameters' `grad`.
  FusedLinear(const kernel::Pieces<T>& pieces, const HiddenLinear& layer, std::int64_t rows);

  /// Before each step: reads what the parameters are now, and begins their gradients at zero if they are asked for.
  void begin(bool gradients);
  void forward(std::int64_t rows, const T* x, T* y);
  /// Of the sequence whose forward came last. Adds to the parameters' gradients; puts x's into dx, or adds it there, unless dx is null.
  void backward(std::int64_t rows, const T* x, const T* dy, T* dx, bool add);
  /// Its factors, if there is nothing beside them.
  PackedFactors<T>* factors_alone() { return matrix_ || !factors_ ? nullptr : &*factors_; }
  /// After the last sequence of a step: then the gradients are whole.
  void finish();

 private:
  std::optional<PackedMatrix<T>> matrix_;
  std::optional<PackedFactors<T>> factors_;
};

/// y = down(gelu(up(x))), of a kind that can be fused: then true. slope, hidden: [rows, n], the derivative and the value of the activation.
template <class T>
bool fused_mlp(FusedLinear<T>& up, FusedLinear<T>& down, std::int64_t rows, const T* x, T* slope, T* hidden, T* y);
/// Its way back, with backward's meaning of dx.
template <class T>
bool fused_mlp_backward(FusedLinear<T>& up, FusedLinear<T>& down, std::int64_t rows, const T* x, const T* slope, const T* hidden,
                        const T* dy, T* dx);

}  // namespace steepest::model
