// fused_linear.cpp: see fused_linear.h.
#include "model/fused_linear.h"

namespace steepest::model {

template <class T>
FusedLinear<T>::FusedLinear(const kernel::Pieces<T>& pieces, const HiddenLinear& layer, std::int64_t rows, bool bfloat16) {
  const auto trained = layer.trained();
  if (const auto* weight = std::get_if<at::Tensor>(&trained)) matrix_.emplace(pieces, *weight, true, bfloat16);
  if (const at::Tensor frozen = layer.frozen_part(); frozen.defined()) matrix_.emplace(pieces, frozen, false, bfloat16);
  if (const auto* factors = std::get_if<Factors>(&trained)) factors_.emplace(pieces, *factors, rows);
}

template <class T>
void FusedLinear<T>::begin(bool gradients) {
  if (matrix_) matrix_->begin(gradients);
  if (factors_) factors_->begin(gradients);
}

template <class T>
void FusedLinear<T>::forward(std::int64_t rows, const T* x, T* y) {
  if (matrix_) matrix_->forward(rows, x, y, matrix_->fan_out());
  if (factors_) factors_->forward(rows, x, y, matrix_.has_value());
}

template <class T>
void FusedLinear<T>::backward(std::int64_t rows, const T* x, const T* dy, T* dx, bool add) {
  if (matrix_) matrix_->backward(rows, x, dy, matrix_->fan_out(), dx, add);
  if (factors_) factors_->backward(rows, x, dy, dx, add || matrix_.has_value());
}

template <class T>
void FusedLinear<T>::finish() {
  if (factors_) factors_->finish();
}

template <class T>
bool fused_mlp(FusedLinear<T>& up, FusedLinear<T>& down, std::int64_t rows, const T* x, T* slope, T* hidden, T* y) {
  FusedFactors<T>*first = up.factors_alone(), *second = down.factors_alone();
  if (!first || !second || !FusedFactors<T>::join(*first, *second)) return false;
  FusedFactors<T>::gelu_between(*first, *second, rows, x, slope, hidden, y);
  return true;
}

template <class T>
bool fused_mlp_backward(FusedLinear<T>& up, FusedLinear<T>& down, std::int64_t rows, const T* x, const T* slope, const T* hidden,
                        const T* dy, T* dx) {
  FusedFactors<T>*first = up.factors_alone(), *second = down.factors_alone();
  if (!first || !second || !FusedFactors<T>::join(*first, *second)) return false;
  FusedFactors<T>::gelu_between_backward(*first, *second, rows, x, slope, hidden, dy, dx);
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
