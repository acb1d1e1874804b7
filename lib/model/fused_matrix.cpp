// fused_matrix.cpp: see fused_matrix.h.
#include "model/fused_matrix.h"

namespace steepest::model {

void begin_gradient(const at::Tensor& parameter) {
  at::Tensor& gradient = parameter.mutable_grad();
  if (gradient.defined()) gradient.zero_();
  else gradient = at::zeros_like(parameter);
}

template <class T>
void FusedMatrix<T>::begin(bool gradients) {
  if (trained_ && gradients) begin_gradient(weight_);
  const std::int64_t out = weight_.size(0), in = weight_.size(1);
  if (trained_ || forward_.empty()) forward_.pack(in, out, {weight_.data_ptr<T>(), 1, in});
  if (gradients && (trained_ || back_.empty())) back_.pack(out, in, {weight_.data_ptr<T>(), in, 1});
}

template <class T>
void FusedMatrix<T>::forward(std::int64_t rows, const T* x, T* y, std::int64_t ld) const {
  forward_.multiply(rows, {x, weight_.size(1), 1}, y, ld, false);
}

template <class T>
void FusedMatrix<T>::backward(std::int64_t rows, const T* x, const T* dy, std::int64_t ld, T* dx, bool add) {
  const std::int64_t out = weight_.size(0), in = weight_.size(1);
  if (trained_) {
    rows_.pack(rows, in, {x, in, 1});
    rows_.multiply(out, {dy, 1, ld}, weight_.mutable_grad().template data_ptr<T>(), in, true);
  }
  if (dx) back_.multiply(rows, {dy, ld, 1}, dx, in, add);
}

template class FusedMatrix<float>;
template class FusedMatrix<double>;

}  // namespace steepest::model
