// fused_linear.cpp: see fused_linear.h.
#include "model/fused_linear.h"

namespace steepest::model {
namespace {

template <class T>
void pack(const kernel::Pieces<T>& pieces, std::vector<T>& to, std::int64_t k, std::int64_t n, kernel::Strided<T> from) {
  to.resize(static_cast<std::size_t>(k * ((n + pieces.panel - 1) / pieces.panel * pieces.panel)));
  pieces.pack(k, n, from, to.data());
}

/// C (+)= A B of a packed B with k rows.
template <class T>
void product(const kernel::Pieces<T>& pieces, std::int64_t m, std::int64_t n, std::int64_t k, kernel::Strided<T> A, const std::vector<T>& B,
             T* C, bool add) {
  pieces.product(m, n, k, A, B.data(), k, C, n, add);
}

/// gradient [m, n] += left^T right, of matrices [rows, m] and [rows, n].
template <class T>
void add_gradient(const kernel::Pieces<T>& pieces, const at::Tensor& parameter, std::int64_t rows, const T* left, const T* right,
                  std::vector<T>& packed) {
  const std::int64_t m = parameter.size(0), n = parameter.size(1);
  pack(pieces, packed, rows, n, {right, n, 1});
  product(pieces, m, n, rows, {left, 1, m}, packed, parameter.mutable_grad().template data_ptr<T>(), true);
}

}  // namespace

void begin_gradient(const at::Tensor& parameter) {
  at::Tensor& gradient = parameter.mutable_grad();
  if (gradient.defined()) gradient.zero_();
  else gradient = at::zeros_like(parameter);
}

template <class T>
void PackedMatrix<T>::begin(bool gradients) {
  if (trained_ && gradients) begin_gradient(weight_);
  if (!trained_ && !packed_.empty()) return;
  const std::int64_t out = weight_.size(0), in = weight_.size(1);
  pack(pieces_, packed_, in, out, {weight_.data_ptr<T>(), 1, in});
  pack(pieces_, packed_back_, out, in, {weight_.data_ptr<T>(), in, 1});
}

template <class T>
void PackedMatrix<T>::forward(std::int64_t rows, const T* x, T* y) {
  product(pieces_, rows, weight_.size(0), weight_.size(1), {x, weight_.size(1), 1}, packed_, y, false);
}

template <class T>
void PackedMatrix<T>::backward(std::int64_t rows, const T* x, const T* dy, T* dx, bool add) {
  if (trained_) add_gradient(pieces_, weight_, rows, dy, x, rows_packed_);
  if (dx) product(pieces_, rows, weight_.size(1), weight_.size(0), {dy, weight_.size(0), 1}, packed_back_, dx, add);
}

template <class T>
PackedFactors<T>::PackedFactors(const kernel::Pieces<T>& pieces, const Factors& factors, std::int64_t rows)
    : pieces_(pieces), rank_(factors.A.size(1)), thin_(rank_ <= pieces.thinnest),
      scale_(static_cast<T>(factors.lora_scale)), A_{factors.A, {}, {}, {}}, B_{factors.B, {}, {}, {}},
      inner_(static_cast<std::size_t>(rows * rank_)), d_inner_(inner_.size()) {}

template <class T>
void PackedFactors<T>::begin(Side& side, bool gradients) {
  if (gradients) begin_gradient(side.value);
  const std::int64_t n = side.value.size(0);
  const T* numbers = side.value.template data_ptr<T>();
  if (thin_) {
    side.into.resize(static_cast<std::size_t>(n * rank_));
    side.gradient.assign(side.into.size(), T(0));
    for (std::int64_t i = 0; i < n; ++i) {
      for (std::int64_t q = 0; q < rank_; ++q) side.into[static_cast<std::size_t>(q * n + i)] = numbers[i * rank_ + q];
    }
  } else {
    pack(pieces_, side.into, n, rank_, {numbers, rank_, 1});
    pack(pieces_, side.out, rank_, n, {numbers, 1, rank_});
  }
}

/// t [rows, r] = x F of a factor F [n, r].
template <class T>
void PackedFactors<T>::into(const Side& side, std::int64_t rows, const T* x, std::vector<T>& t) const {
  const std::int64_t n = side.value.size(0);
  if (thin_) pieces_.thin_into(rank_, rows, n, x, side.into.data(), t.data());
  else product(pieces_, rows, rank_, n, {x, n, 1}, side.into, t.data(), false);
}

/// y [rows, n] (+)= t F^T.
template <class T>
void PackedFactors<T>::out(const Side& side, std::int64_t rows, const std::vector<T>& t, T* y, bool add) const {
  const std::int64_t n = side.value.size(0);
  if (thin_) pieces_.thin_out(rank_, rows, n, t.data(), side.into.data(), y, add);
  else product(pieces_, rows, n, rank_, {t.data(), rank_, 1}, side.out, y, add);
}

/// F's gradient += dy^T t.
template <class T>
void PackedFactors<T>::add_gradient(Side& side, std::int64_t rows, const std::vector<T>& t, const T* dy) {
  if (thin_) pieces_.thin_gradient(rank_, rows, side.value.size(0), t.data(), dy, side.gradient.data());
  else model::add_gradient(pieces_, side.value, rows, dy, t.data(), rows_packed_);
}

template <class T>
void PackedFactors<T>::scale(std::vector<T>& t) const {
  if (scale_ == 1) return;
  for (T& number : t) number *= scale_;
}

template <class T>
void PackedFactors<T>::begin(bool gradients) {
  begin(A_, gradients);
  begin(B_, gradients);
}

template <class T>
void PackedFactors<T>::forward(std::int64_t rows, const T* x, T* y, bool add) {
  into(B_, rows, x, inner_);
  scale(inner_);
  out(A_, rows, inner_, y, add);
}

template <class T>
void PackedFactors<T>::backward(std::int64_t rows, const T* x, const T* dy, T* dx, bool add) {
  into(A_, rows, dy, d_inner_);
  scale(d_inner_);
  add_gradient(A_, rows, inner_, dy);
  add_gradient(B_, rows, d_inner_, x);
  if (dx) out(B_, rows, d_inner_, dx, add);
}

template <class T>
void PackedFactors<T>::gelu_between(PackedFactors& up, PackedFactors& down, std::int64_t rows, const T* x, T* slope, T* hidden, T* y) {
  up.into(up.B_, rows, x, up.inner_);
  up.scale(up.inner_);
  up.pieces_.thin_gelu(up.rank_, rows, up.A_.value.size(0), up.inner_.data(), up.A_.into.data(), down.B_.into.data(), slope, hidden,
                       down.inner_.data());
  down.scale(down.inner_);
  down.out(down.A_, rows, down.inner_, y, false);
}

template <class T>
void PackedFactors<T>::gelu_between_backward(PackedFactors& up, PackedFactors& down, std::int64_t rows, const T* x, const T* slope,
                                             const T* hidden, const T* dy, T* dx) {
  down.into(down.A_, rows, dy, down.d_inner_);
  down.scale(down.d_inner_);
  down.add_gradient(down.A_, rows, down.inner_, dy);
  up.pieces_.thin_gelu_backward(up.rank_, rows, up.A_.value.size(0), up.inner_.data(), up.A_.into.data(), down.B_.into.data(), slope,
                                hidden, down.d_inner_.data(), up.d_inner_.data(), up.A_.gradient.data(), down.B_.gradient.data());
  up.scale(up.d_inner_);
  up.add_gradient(up.B_, rows, up.d_inner_, x);
  if (dx) up.out(up.B_, rows, up.d_inner_, dx, false);
}

template <class T>
void PackedFactors<T>::finish() {
  if (!thin_) return;
  for (Side* side : {&A_, &B_}) {
    const std::int64_t n = side->value.size(0);
    T* gradient = side->value.mutable_grad().template data_ptr<T>();
    for (std::int64_t i = 0; i < n; ++i) {
      for (std::int64_t q = 0; q < rank_; ++q) gradient[i * rank_ + q] += side->gradient[static_cast<std::size_t>(q * n + i)];
    }
  }
}

template <class T>
FusedLinear<T>::FusedLinear(const kernel::Pieces<T>& pieces, const HiddenLinear& layer, std::int64_t rows) {
  const auto trained = layer.trained();
  if (const auto* weight = std::get_if<at::Tensor>(&trained)) matrix_.emplace(pieces, *weight, true);
  if (const at::Tensor frozen = layer.frozen_part(); frozen.defined()) matrix_.emplace(pieces, frozen, false);
  if (const auto* factors = std::get_if<Factors>(&trained)) factors_.emplace(pieces, *factors, rows);
}

template <class T>
void FusedLinear<T>::begin(bool gradients) {
  if (matrix_) matrix_->begin(gradients);
  if (factors_) factors_->begin(gradients);
}

template <class T>
void FusedLinear<T>::forward(std::int64_t rows, const T* x, T* y) {
  if (matrix_) matrix_->forward(rows, x, y);
  if (factors_) factors_->forward(rows, x, y, matrix_.has_value());
}

template <class T>
void FusedLinear<T>::backward(std::int64_t rows, const T* x, const T* dy, T* dx, bool add) {
  if (matrix_) matrix_->backward(rows, x, dy, dx, add);
  if (factors_) factors_->backward(rows, x, dy, dx, add || matrix_.has_value());
}

template <class T>
void FusedLinear<T>::finish() {
  if (factors_) factors_->finish();
}

template <class T>
bool fused_mlp(FusedLinear<T>& up, FusedLinear<T>& down, std::int64_t rows, const T* x, T* slope, T* hidden, T* y) {
  PackedFactors<T>*first = up.factors_alone(), *second = down.factors_alone();
  if (!first || !second || !PackedFactors<T>::join(*first, *second)) return false;
  PackedFactors<T>::gelu_between(*first, *second, rows, x, slope, hidden, y);
  return true;
}

template <class T>
bool fused_mlp_backward(FusedLinear<T>& up, FusedLinear<T>& down, std::int64_t rows, const T* x, const T* slope, const T* hidden,
                        const T* dy, T* dx) {
  PackedFactors<T>*first = up.factors_alone(), *second = down.factors_alone();
  if (!first || !second || !PackedFactors<T>::join(*first, *second)) return false;
  PackedFactors<T>::gelu_between_backward(*first, *second, rows, x, slope, hidden, dy, dx);
  return true;
}

#define STEEPEST_FUSED_LINEAR(T)                                                                    \
  template class FusedLinear<T>;                                                                    \
  template bool fused_mlp<T>(FusedLinear<T>&, FusedLinear<T>&, std::int64_t, const T*, T*, T*, T*); \
  template bool fused_mlp_backward<T>(FusedLinear<T>&, FusedLinear<T>&, std::int64_t, const T*, const T*, const T*, const T*, T*);
STEEPEST_FUSED_LINEAR(float)
STEEPEST_FUSED_LINEAR(double)
#undef STEEPEST_FUSED_LINEAR

}  // namespace steepest::model
