// fused_linear.cpp: see fused_linear.h.
#include "model/fused_linear.h"

namespace steepest::model {

template <class T>
FusedLinear<T>::FusedLinear(const kernel::Pieces<T>& pieces, const HiddenLinear& layer, std::int64_t rows) : pieces_(pieces) {
  const auto trained = layer.trained();
  frozen_ = layer.frozen_part();
  if (const auto* weight = std::get_if<at::Tensor>(&trained)) trained_ = {{*weight, {}}};
  if (const auto* factors = std::get_if<Factors>(&trained)) {
    trained_ = {{factors->A, {}}, {factors->B, {}}};
    scale_ = static_cast<T>(factors->lora_scale);
    rank_ = factors->A.size(1);
    inner_.resize(static_cast<std::size_t>(rows * rank_));
    d_inner_.resize(inner_.size());
  }
  const at::Tensor& whole = rank_ > 0 || trained_.empty() ? frozen_ : trained_.front().value;
  fan_out_ = rank_ > 0 ? trained_[0].value.size(0) : whole.size(0);
  fan_in_ = rank_ > 0 ? trained_[1].value.size(0) : whole.size(1);
}

template <class T>
void FusedLinear<T>::pack(Numbers& to, std::int64_t k, std::int64_t n, kernel::Strided<T> from) const {
  to.resize(static_cast<std::size_t>(k * ((n + pieces_.panel - 1) / pieces_.panel * pieces_.panel)));
  pieces_.pack(k, n, from, to.data());
}

template <class T>
void FusedLinear<T>::product(std::int64_t m, std::int64_t n, std::int64_t k, kernel::Strided<T> A, const Numbers& B, T* C, bool add) const {
  pieces_.product(m, n, k, A, B.data(), k, C, n, add);
}

template <class T>
void FusedLinear<T>::begin() {
  for (Factor& factor : trained_) {
    at::Tensor& gradient = factor.value.mutable_grad();
    if (!gradient.defined()) gradient = at::zeros_like(factor.value);
    else gradient.zero_();
    factor.gradient = gradient;
  }
  const bool packed_before = !weight_.empty();
  if (rank_ == 0 ? !trained_.empty() || !packed_before : frozen_.defined() && !packed_before) {
    const Factor whole{rank_ == 0 && !trained_.empty() ? trained_.front().value : frozen_, {}};
    pack(weight_, fan_in_, fan_out_, whole.transposed());
    pack(weight_back_, fan_out_, fan_in_, whole.matrix());
  }
  if (rank_ == 0) return;
  const Factor &A = trained_[0], &B = trained_[1];
  pack(B_, fan_in_, rank_, B.matrix());
  pack(A_transposed_, rank_, fan_out_, A.transposed());
  pack(A_, fan_out_, rank_, A.matrix());
  pack(B_transposed_, rank_, fan_in_, B.transposed());
}

template <class T>
void FusedLinear<T>::forward(std::int64_t rows, const T* x, T* y) {
  const bool whole = !weight_.empty();
  if (whole) product(rows, fan_out_, fan_in_, {x, fan_in_, 1}, weight_, y, false);
  if (rank_ == 0) return;
  product(rows, rank_, fan_in_, {x, fan_in_, 1}, B_, inner_.data(), false);
  if (scale_ != 1) {
    for (std::int64_t i = 0; i < rows * rank_; ++i) inner_[static_cast<std::size_t>(i)] *= scale_;
  }
  product(rows, fan_out_, rank_, {inner_.data(), rank_, 1}, A_transposed_, y, whole);
}

template <class T>
void FusedLinear<T>::add_gradient(Factor& of, std::int64_t rows, const T* left, const T* right) {
  const std::int64_t m = of.value.size(0), n = of.value.size(1);
  pack(rows_packed_, rows, n, {right, n, 1});
  product(m, n, rows, {left, 1, m}, rows_packed_, of.gradient.template data_ptr<T>(), true);
}

template <class T>
void FusedLinear<T>::backward(std::int64_t rows, const T* x, const T* dy, T* dx, bool add) {
  const bool whole = !weight_.empty();
  if (whole && dx) product(rows, fan_in_, fan_out_, {dy, fan_out_, 1}, weight_back_, dx, add);
  if (rank_ == 0) {
    if (!trained_.empty()) add_gradient(trained_.front(), rows, dy, x);
    return;
  }
  product(rows, rank_, fan_out_, {dy, fan_out_, 1}, A_, d_inner_.data(), false);
  add_gradient(trained_[0], rows, dy, inner_.data());
  if (scale_ != 1) {
    for (std::int64_t i = 0; i < rows * rank_; ++i) d_inner_[static_cast<std::size_t>(i)] *= scale_;
  }
  add_gradient(trained_[1], rows, x, d_inner_.data());
  if (dx) product(rows, fan_in_, rank_, {d_inner_.data(), rank_, 1}, B_transposed_, dx, add || whole);
}

template class FusedLinear<float>;
template class FusedLinear<double>;

}  // namespace steepest::model
