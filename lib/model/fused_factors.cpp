// fused_factors.cpp: see fused_factors.h.
#include "model/fused_factors.h"

#include "model/fused_matrix.h"

namespace steepest::model {

template <class T>
FusedFactors<T>::FusedFactors(const kernel::Pieces<T>& pieces, const Factors& factors, std::int64_t rows)
    : pieces_(pieces), rank_(factors.A.size(1)), thin_(rank_ <= pieces.thinnest), scale_(static_cast<T>(factors.lora_scale)),
      A_{factors.A, {}, {}, Packed<T>(pieces), Packed<T>(pieces)}, B_{factors.B, {}, {}, Packed<T>(pieces), Packed<T>(pieces)},
      inner_(static_cast<std::size_t>(rows * rank_)), d_inner_(inner_.size()), rows_(pieces) {}

template <class T>
void FusedFactors<T>::begin(Side& side, bool gradients) {
  if (gradients) begin_gradient(side.value);
  const std::int64_t n = side.value.size(0);
  const T* numbers = side.value.template data_ptr<T>();
  if (thin_) {
    side.transposed.resize(static_cast<std::size_t>(n * rank_));
    side.gradient.assign(side.transposed.size(), T(0));
    for (std::int64_t i = 0; i < n; ++i) {
      for (std::int64_t q = 0; q < rank_; ++q) side.transposed[static_cast<std::size_t>(q * n + i)] = numbers[i * rank_ + q];
    }
  } else {
    side.into.pack(n, rank_, {numbers, rank_, 1});
    side.out.pack(rank_, n, {numbers, 1, rank_});
  }
}

/// t [rows, r] = x F of a factor F [n, r].
template <class T>
void FusedFactors<T>::into(const Side& side, std::int64_t rows, const T* x, std::vector<T>& t) const {
  const std::int64_t n = side.value.size(0);
  if (thin_) pieces_.thin_into(rank_, rows, n, x, side.transposed.data(), t.data());
  else side.into.multiply(rows, {x, n, 1}, t.data(), rank_, false);
}

/// y [rows, n] (+)= t F^T.
template <class T>
void FusedFactors<T>::out(const Side& side, std::int64_t rows, const std::vector<T>& t, T* y, bool add) const {
  const std::int64_t n = side.value.size(0);
  if (thin_) pieces_.thin_out(rank_, rows, n, t.data(), side.transposed.data(), y, add);
  else side.out.multiply(rows, {t.data(), rank_, 1}, y, n, add);
}

/// F's gradient += dy^T t.
template <class T>
void FusedFactors<T>::add_gradient(Side& side, std::int64_t rows, const std::vector<T>& t, const T* dy) {
  const std::int64_t n = side.value.size(0);
  if (thin_) return pieces_.thin_gradient(rank_, rows, n, t.data(), dy, side.gradient.data());
  rows_.pack(rows, rank_, {t.data(), rank_, 1});
  rows_.multiply(n, {dy, 1, n}, side.value.mutable_grad().template data_ptr<T>(), rank_, true);
}

template <class T>
void FusedFactors<T>::scale(std::vector<T>& t) const {
  if (scale_ == 1) return;
  for (T& number : t) number *= scale_;
}

template <class T>
void FusedFactors<T>::begin(bool gradients) {
  begin(A_, gradients);
  begin(B_, gradients);
}

template <class T>
void FusedFactors<T>::forward(std::int64_t rows, const T* x, T* y, bool add) {
  into(B_, rows, x, inner_);
  scale(inner_);
  out(A_, rows, inner_, y, add);
}

template <class T>
void FusedFactors<T>::backward(std::int64_t rows, const T* x, const T* dy, T* dx, bool add) {
  into(A_, rows, dy, d_inner_);
  scale(d_inner_);
  add_gradient(A_, rows, inner_, dy);
  add_gradient(B_, rows, d_inner_, x);
  if (dx) out(B_, rows, d_inner_, dx, add);
}

template <class T>
void FusedFactors<T>::attend(const kernel::Heads& heads, T scale_of_scores, const T* x, const T* q, const T* k, T* o, T* kept, T* scratch) {
  into(B_, heads.length, x, inner_);
  scale(inner_);
  pieces_.thin_attention(rank_, heads, scale_of_scores, q, k, inner_.data(), A_.transposed.data(), o, kept, scratch);
}

template <class T>
void FusedFactors<T>::attend_backward(const kernel::Heads& heads, T scale_of_scores, const T* x, const T* q, const T* k, T* kept,
                                      const T* d_o, T* dq, T* dk, T* dx, T* scratch) {
  pieces_.thin_attention_backward(rank_, heads, scale_of_scores, q, k, inner_.data(), A_.transposed.data(), kept, d_o, dq, dk,
                                  d_inner_.data(), A_.gradient.data(), scratch);
  scale(d_inner_);
  add_gradient(B_, heads.length, d_inner_, x);
  out(B_, heads.length, d_inner_, dx, false);
}

template <class T>
void FusedFactors<T>::gelu_between(FusedFactors& up, FusedFactors& down, std::int64_t rows, const T* x, T* slope, T* hidden, T* y) {
  up.into(up.B_, rows, x, up.inner_);
  up.scale(up.inner_);
  up.pieces_.thin_gelu(up.rank_, rows, up.A_.value.size(0), up.inner_.data(), up.A_.transposed.data(), down.B_.transposed.data(), slope,
                       hidden, down.inner_.data());
  down.scale(down.inner_);
  down.out(down.A_, rows, down.inner_, y, false);
}

template <class T>
void FusedFactors<T>::gelu_between_backward(FusedFactors& up, FusedFactors& down, std::int64_t rows, const T* x, const T* slope,
                                            const T* hidden, const T* dy, T* dx) {
  down.into(down.A_, rows, dy, down.d_inner_);
  down.scale(down.d_inner_);
  down.add_gradient(down.A_, rows, down.inner_, dy);
  up.pieces_.thin_gelu_backward(up.rank_, rows, up.A_.value.size(0), up.inner_.data(), up.A_.transposed.data(), down.B_.transposed.data(),
                                slope, hidden, down.d_inner_.data(), up.d_inner_.data(), up.A_.gradient.data(), down.B_.gradient.data());
  up.scale(up.d_inner_);
  up.add_gradient(up.B_, rows, up.d_inner_, x);
  if (dx) up.out(up.B_, rows, up.d_inner_, dx, false);
}

template <class T>
void FusedFactors<T>::finish() {
  if (!thin_) return;
  for (Side* side : {&A_, &B_}) {
    const std::int64_t n = side->value.size(0);
    T* gradient = side->value.mutable_grad().template data_ptr<T>();
    for (std::int64_t i = 0; i < n; ++i) {
      for (std::int64_t q = 0; q < rank_; ++q) gradient[i * rank_ + q] += side->gradient[static_cast<std::size_t>(q * n + i)];
    }
  }
}

template class FusedFactors<float>;
template class FusedFactors<double>;

}  // namespace steepest::model
