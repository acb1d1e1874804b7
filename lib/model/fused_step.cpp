// fused_step.cpp: see fused_step.h. Reads from top to bottom as the network computes, and then back.
#include "model/fused_step.h"

#include <algorithm>
#include <cmath>

#include "model/rope.h"
#include "model/transformer_shapes.h"

namespace steepest::model {

bool has_fused_step(const TransformerOptions& options) {
  return options.mlp == "gelu" && options.norm == "rms" && options.residual == "convex";
}

template <class T>
FusedStep<T>::FusedStep(const Transformer& network, std::int64_t length)
    : pieces_(kernel::pieces<T>()), options_(network.options()), length_(length), width_(options_.width), hidden_(mlp_size(options_)),
      vocabulary_(network.embedding().size(0)), heads_{length, options_.heads, options_.width / options_.heads, options_.width},
      embedding_(network.embedding()), head_(options_.tied_head ? network.embedding() : network.head()) {
  const double size = static_cast<double>(heads_.size);
  scale_ = static_cast<T>(options_.attention_scale == "inverse" ? 1 / size : 1 / std::sqrt(size));
  weight_ = static_cast<T>(options_.residual_weight / static_cast<double>(2 * options_.layers));
  if (options_.position == "rope") {
    const at::Tensor turns = at::view_as_real(rope_turns(length, heads_.size, options_.rope_base, at::kDouble))
                                 .flatten(1)
                                 .to(embedding_.scalar_type())
                                 .contiguous();
    turns_.assign(turns.data_ptr<T>(), turns.data_ptr<T>() + turns.numel());
  }
  const auto of = [](std::int64_t n) { return Numbers(static_cast<std::size_t>(n)); };
  const std::int64_t whole = length * width_;
  for (std::int64_t layer = 0; layer < options_.layers; ++layer) {
    const auto linear = [&](const char* name) { return FusedLinear<T>(pieces_, network.layer(layer, name), length); };
    blocks_.push_back({linear("query"), linear("key"), linear("value"), linear("output"), linear("up"), linear("down"), of(whole),
                       of(length), of(whole), of(whole), of(whole), of(length * heads_.count), of(length * heads_.count),
                       of(pieces_.attention_kept(heads_)), of(whole), of(whole), of(length), of(length * hidden_), of(length * hidden_)});
  }
  for (Numbers* rows : {&x_, &f_, &d_, &dx_, &dq_, &dk_, &dv_, &d_normal_, &final_}) *rows = of(whole);
  d_hidden_ = of(length * hidden_);
  inverse_final_ = of(length);
  logits_ = of(length * ((vocabulary_ + pieces_.panel - 1) / pieces_.panel * pieces_.panel));
  scratch_ = of(pieces_.attention_scratch(heads_));
}

template <class T>
void FusedStep<T>::embed(const std::int32_t* tokens) {
  const T* table = embedding_.data_ptr<T>();
  for (std::int64_t t = 0; t < length_; ++t) std::copy_n(table + tokens[t] * width_, width_, x_.data() + t * width_);
}

template <class T>
void FusedStep<T>::forward(Block& block) {
  const T* turns = turns_.empty() ? nullptr : turns_.data();
  pieces_.rms_norm(length_, width_, x_.data(), block.normal.data(), block.inverse.data());
  block.query.forward(length_, block.normal.data(), block.q.data());
  block.key.forward(length_, block.normal.data(), block.k.data());
  block.value.forward(length_, block.normal.data(), block.v.data());
  pieces_.turn(heads_, turns, block.q.data(), options_.qk_norm ? block.inverse_q.data() : nullptr);
  pieces_.turn(heads_, turns, block.k.data(), options_.qk_norm ? block.inverse_k.data() : nullptr);
  pieces_.attention(heads_, scale_, block.q.data(), block.k.data(), block.v.data(), block.mixed.data(), block.weights.data(),
                    scratch_.data());
  block.output.forward(length_, block.mixed.data(), f_.data());
  pieces_.mix(length_ * width_, weight_, f_.data(), x_.data());

  pieces_.rms_norm(length_, width_, x_.data(), block.normal_mlp.data(), block.inverse_mlp.data());
  if (!fused_mlp(block.up, block.down, length_, block.normal_mlp.data(), block.slope.data(), block.hidden.data(), f_.data())) {
    block.up.forward(length_, block.normal_mlp.data(), block.slope.data());
    pieces_.gelu(length_ * hidden_, block.slope.data(), block.hidden.data());
    block.down.forward(length_, block.hidden.data(), f_.data());
  }
  pieces_.mix(length_ * width_, weight_, f_.data(), x_.data());
}

/// dx_: on the way in of what the block gave, on the way out of what it was given. A sub-block's own gradient is `weight` times that of the mix.
template <class T>
void FusedStep<T>::backward(Block& block) {
  const T* turns = turns_.empty() ? nullptr : turns_.data();
  const auto part = [&] { pieces_.part(length_ * width_, weight_, weight_, dx_.data(), d_.data()); };
  part();
  if (!fused_mlp_backward(block.up, block.down, length_, block.normal_mlp.data(), block.slope.data(), block.hidden.data(), d_.data(),
                          d_normal_.data())) {
    block.down.backward(length_, block.hidden.data(), d_.data(), d_hidden_.data(), false);
    pieces_.multiply(length_ * hidden_, block.slope.data(), d_hidden_.data());
    block.up.backward(length_, block.normal_mlp.data(), d_hidden_.data(), d_normal_.data(), false);
  }
  pieces_.rms_norm_backward(length_, width_, block.normal_mlp.data(), block.inverse_mlp.data(), d_normal_.data(), dx_.data());

  part();
  block.output.backward(length_, block.mixed.data(), d_.data(), f_.data(), false);
  pieces_.attention_backward(heads_, scale_, block.q.data(), block.k.data(), block.v.data(), block.mixed.data(), block.weights.data(),
                             f_.data(), dq_.data(), dk_.data(), dv_.data(), scratch_.data());
  pieces_.turn_backward(heads_, turns, block.q.data(), options_.qk_norm ? block.inverse_q.data() : nullptr, dq_.data());
  pieces_.turn_backward(heads_, turns, block.k.data(), options_.qk_norm ? block.inverse_k.data() : nullptr, dk_.data());
  block.query.backward(length_, block.normal.data(), dq_.data(), d_normal_.data(), false);
  block.key.backward(length_, block.normal.data(), dk_.data(), d_normal_.data(), true);
  block.value.backward(length_, block.normal.data(), dv_.data(), d_normal_.data(), true);
  pieces_.rms_norm_backward(length_, width_, block.normal.data(), block.inverse.data(), d_normal_.data(), dx_.data());
}

/// The sum of the losses; `factor` times its gradient goes back.
template <class T>
double FusedStep<T>::head(const std::int32_t* targets, T factor) {
  const std::int64_t ld = static_cast<std::int64_t>(logits_.size()) / length_;
  pieces_.rms_norm(length_, width_, x_.data(), final_.data(), inverse_final_.data());
  pieces_.product(length_, vocabulary_, width_, {final_.data(), width_, 1}, head_packed_.data(), width_, logits_.data(), ld, false);
  const double loss = pieces_.cross_entropy(length_, vocabulary_, targets, factor, logits_.data(), ld);
  pieces_.product(length_, width_, vocabulary_, {logits_.data(), ld, 1}, head_back_.data(), vocabulary_, d_normal_.data(), width_, false);
  if (head_.requires_grad()) {
    packed_.resize(static_cast<std::size_t>(length_ * ((width_ + pieces_.panel - 1) / pieces_.panel * pieces_.panel)));
    pieces_.pack(length_, width_, {final_.data(), width_, 1}, packed_.data());
    pieces_.product(vocabulary_, width_, length_, {logits_.data(), 1, ld}, packed_.data(), length_,
                    head_.mutable_grad().template data_ptr<T>(), width_, true);
  }
  std::fill(dx_.begin(), dx_.end(), T(0));
  pieces_.rms_norm_backward(length_, width_, final_.data(), inverse_final_.data(), d_normal_.data(), dx_.data());
  return loss;
}

template <class T>
void FusedStep<T>::embed_backward(const std::int32_t* tokens) {
  if (!embedding_.requires_grad()) return;
  T* gradient = embedding_.mutable_grad().template data_ptr<T>();
  for (std::int64_t t = 0; t < length_; ++t) pieces_.add(width_, T(1), dx_.data() + t * width_, gradient + tokens[t] * width_);
}

template <class T>
std::array<FusedLinear<T>*, 6> FusedStep<T>::linears(Block& block) {
  return {&block.query, &block.key, &block.value, &block.output, &block.up, &block.down};
}

template <class T>
double FusedStep<T>::operator()(const at::Tensor& input, const at::Tensor& target) {
  const at::Tensor tokens = input.contiguous(), targets = target.contiguous();
  for (at::Tensor table : {embedding_, head_}) {
    if (!table.requires_grad()) continue;
    if (!table.grad().defined()) table.mutable_grad() = at::zeros_like(table);
    else table.mutable_grad().zero_();
  }
  for (Block& block : blocks_) {
    for (FusedLinear<T>* linear : linears(block)) linear->begin();
  }
  const auto packed = [&](Numbers& to, std::int64_t k, std::int64_t n, kernel::Strided<T> from) {
    to.resize(static_cast<std::size_t>(k * ((n + pieces_.panel - 1) / pieces_.panel * pieces_.panel)));
    pieces_.pack(k, n, from, to.data());
  };
  packed(head_packed_, width_, vocabulary_, {head_.data_ptr<T>(), 1, width_});
  packed(head_back_, vocabulary_, width_, {head_.data_ptr<T>(), width_, 1});

  const double count = static_cast<double>(target.numel());
  double loss = 0;
  for (std::int64_t b = 0; b < tokens.size(0); ++b) {
    const std::int32_t *read = tokens.data_ptr<std::int32_t>() + b * length_, *expected = targets.data_ptr<std::int32_t>() + b * length_;
    embed(read);
    for (Block& block : blocks_) forward(block);
    loss += head(expected, static_cast<T>(1 / count));
    for (auto block = blocks_.rbegin(); block != blocks_.rend(); ++block) backward(*block);
    embed_backward(read);
  }
  for (Block& block : blocks_) {
    for (FusedLinear<T>* linear : linears(block)) linear->finish();
  }
  return loss / count;
}

template class FusedStep<float>;
template class FusedStep<double>;

}  // namespace steepest::model
