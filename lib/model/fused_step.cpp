// fused_step.cpp: see fused_step.h.
#include "model/fused_step.h"

#include <algorithm>

namespace steepest::model {
namespace {

const at::Tensor& head_of(const Transformer& network) { return network.options().tied_head ? network.embedding() : network.head(); }

}  // namespace

template <class T>
FusedStep<T>::FusedStep(const Transformer& network, std::int64_t longest, bool bfloat16)
    : rows_(network.options(), longest, bfloat16), embedding_(network.embedding()),
      head_(rows_.pieces, head_of(network), head_of(network).requires_grad(), bfloat16),
      ld_((embedding_.size(0) + rows_.pieces.panel - 1) / rows_.pieces.panel * rows_.pieces.panel),
      final_(static_cast<std::size_t>(longest * rows_.width)), inverse_final_(static_cast<std::size_t>(longest)),
      logits_(static_cast<std::size_t>(longest * ld_)) {
  for (std::int64_t layer = 0; layer < network.options().layers; ++layer) blocks_.emplace_back(rows_, network, layer);
}

/// Reads what the parameters are now.
template <class T>
void FusedStep<T>::begin(bool gradients) {
  for (FusedBlock<T>& block : blocks_) block.begin(gradients);
  head_.begin(gradients);
  if (gradients && embedding_.requires_grad()) begin_gradient(embedding_);
}

/// The sum of a sequence's losses; the logits become `factor` times its gradient.
template <class T>
double FusedStep<T>::forward(const std::int32_t* tokens, const std::int32_t* targets, T factor) {
  const T* table = embedding_.data_ptr<T>();
  for (std::int64_t t = 0; t < rows_.length; ++t)
    std::copy_n(table + tokens[t] * rows_.width, rows_.width, rows_.x.data() + t * rows_.width);
  for (FusedBlock<T>& block : blocks_) block.forward();
  rows_.norm(rows_.length, rows_.width, rows_.x.data(), final_.data(), inverse_final_.data());
  head_.forward(rows_.length, final_.data(), logits_.data(), ld_);
  return rows_.pieces.cross_entropy(rows_.length, head_.fan_out(), targets, factor, logits_.data(), ld_);
}

template <class T>
void FusedStep<T>::backward(const std::int32_t* tokens) {
  head_.backward(rows_.length, final_.data(), logits_.data(), ld_, rows_.d_normal.data(), false);
  std::fill(rows_.dx.begin(), rows_.dx.end(), T(0));
  rows_.norm_backward(rows_.length, rows_.width, final_.data(), inverse_final_.data(), rows_.d_normal.data(), rows_.dx.data());
  for (auto block = blocks_.rbegin(); block != blocks_.rend(); ++block) block->backward();
  if (!embedding_.requires_grad()) return;
  T* gradient = embedding_.mutable_grad().template data_ptr<T>();
  for (std::int64_t t = 0; t < rows_.length; ++t)
    rows_.pieces.add(rows_.width, T(1), rows_.dx.data() + t * rows_.width, gradient + tokens[t] * rows_.width);
}

/// The mean of what `body` gives for each sequence's tokens and targets.
template <class T>
template <class Body>
double FusedStep<T>::for_each_sequence(const at::Tensor& input, const at::Tensor& target, Body&& body) {
  const at::Tensor tokens = input.contiguous(), targets = target.contiguous();
  const std::int64_t length = tokens.size(1);
  rows_.heads.length = rows_.length = length;
  double sum = 0;
  for (std::int64_t b = 0; b < tokens.size(0); ++b)
    sum += body(tokens.data_ptr<std::int32_t>() + b * length, targets.data_ptr<std::int32_t>() + b * length);
  return sum / static_cast<double>(target.numel());
}

template <class T>
double FusedStep<T>::loss(const at::Tensor& input, const at::Tensor& target) {
  begin(/*gradients=*/false);
  return for_each_sequence(input, target,
                           [&](const std::int32_t* tokens, const std::int32_t* targets) { return forward(tokens, targets, T(1)); });
}

template <class T>
double FusedStep<T>::gradients(const at::Tensor& input, const at::Tensor& target) {
  begin(/*gradients=*/true);
  const T factor = static_cast<T>(1 / static_cast<double>(target.numel()));
  const double loss = for_each_sequence(input, target, [&](const std::int32_t* tokens, const std::int32_t* targets) {
    const double sum = forward(tokens, targets, factor);
    backward(tokens);
    return sum;
  });
  for (FusedBlock<T>& block : blocks_) block.finish();
  return loss;
}

template class FusedStep<float>;
template class FusedStep<double>;

}  // namespace steepest::model
