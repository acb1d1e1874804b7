// fused_factors.h: a pair of trained factors in the fused step: read once a step, its products on the rows of one sequence.
#pragma once
#include <vector>

#include "model/hidden_linear.h"
#include "model/packed.h"

namespace steepest::model {

/// y = s x B A^T of factors A [fan_out, r], B [fan_in, r]. Those of few columns have kernels of their own.
template <class T>
class FusedFactors {
 public:
  /// `rows`: of a sequence, at most.
  FusedFactors(const kernel::Pieces<T>& pieces, const Factors& factors, std::int64_t rows);

  void begin(bool gradients);
  void forward(std::int64_t rows, const T* x, T* y, bool add);
  /// Of the sequence whose forward came last.
  void backward(std::int64_t rows, const T* x, const T* dy, T* dx, bool add);
  void finish();

  /// Attention whose values are this pair's products of x, of heads whose size is above the rank. `kept`: attention_kept(heads, rank()) numbers.
  bool attends(const kernel::Heads& heads) const { return thin_ && rank_ < heads.size; }
  void attend(const kernel::Heads& heads, T scale, const T* x, const T* q, const T* k, T* o, T* kept, T* scratch);
  void attend_backward(const kernel::Heads& heads, T scale, const T* x, const T* q, const T* k, T* kept, const T* d_o, T* dq, T* dk, T* dx,
                       T* scratch);
  std::int64_t rank() const { return rank_; }

  /// Whether down(gelu(up(x))) can be had in one pass over the numbers in between.
  static bool join(const FusedFactors& up, const FusedFactors& down) {
    return up.rank_ == down.rank_ && up.rank_ <= up.pieces_.thinnest_joined;
  }
  static void gelu_between(FusedFactors& up, FusedFactors& down, std::int64_t rows, const T* x, T* slope, T* hidden, T* y);
  static void gelu_between_backward(FusedFactors& up, FusedFactors& down, std::int64_t rows, const T* x, const T* slope, const T* hidden,
                                    const T* dy, T* dx);

 private:
  /// One factor F [n, r]: as it is read, and its gradient on the way there.
  struct Side {
    at::Tensor value;
    std::vector<T> transposed, gradient;  // of a thin factor: F^T, and the gradient of F^T
    Packed<T> into, out;                  // of another: what x F and t F^T read on their right
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
  std::vector<T> inner_, d_inner_;  // s x B [rows, r], and its gradient
  Packed<T> rows_;                  // what the products of gradients read
};

}  // namespace steepest::model
