// fused_step.cpp: see fused_step.h. Reads from top to bottom as the network computes, and then back.
#include "model/fused_step.h"

#include <algorithm>
#include <cmath>

#include "model/rope.h"
#include "model/transformer_shapes.h"

namespace steepest::model {

namespace {

/// The activation of the MLP, or of its gate.
template <class T>
auto activation_of(const kernel::Pieces<T>& pieces, const std::string& mlp) {
  if (mlp == "swiglu") return pieces.silu;
  return mlp == "relu2" ? pieces.relu2 : pieces.gelu;
}

}  // namespace

template <class T>
FusedStep<T>::FusedStep(const Transformer& network, std::int64_t longest)
    : pieces_(kernel::pieces<T>()), options_(network.options()), width_(options_.width), hidden_(mlp_size(options_)),
      vocabulary_(network.embedding().size(0)),
      logits_ld_((vocabulary_ + pieces_.panel - 1) / pieces_.panel * pieces_.panel), heads_{longest, options_.heads,
                                                                                            options_.width / options_.heads,
                                                                                            options_.width},
      norm_(options_.norm == "rms" ? pieces_.rms_norm : pieces_.layer_norm),
      norm_backward_(options_.norm == "rms" ? pieces_.rms_norm_backward : pieces_.layer_norm_backward), joins_mlp_(options_.mlp == "gelu"),
      activation_(activation_of(pieces_, options_.mlp)), embedding_(network.embedding()),
      head_(options_.tied_head ? network.embedding() : network.head()) {
  const double size = static_cast<double>(heads_.size);
  scale_ = static_cast<T>(options_.attention_scale == "inverse" ? 1 / size : 1 / std::sqrt(size));
  weight_ = static_cast<T>(options_.residual_weight / static_cast<double>(2 * options_.layers));
  if (options_.position == "rope") {
    const at::Tensor turns = at::view_as_real(rope_turns(longest, heads_.size, options_.rope_base, at::kDouble))
                                 .flatten(1)
                                 .to(embedding_.scalar_type())
                                 .contiguous();
    turns_.assign(turns.data_ptr<T>(), turns.data_ptr<T>() + turns.numel());
  }
  const auto of = [](std::int64_t n) { return Numbers(static_cast<std::size_t>(n)); };
  const std::int64_t whole = longest * width_, wide = longest * hidden_;
  const bool gated = options_.mlp == "swiglu";
  for (std::int64_t layer = 0; layer < options_.layers; ++layer) {
    const auto linear = [&](const char* name) { return FusedLinear<T>(pieces_, network.layer(layer, name), longest); };
    blocks_.push_back({linear("query"),
                       linear("key"),
                       linear("value"),
                       linear("output"),
                       linear("up"),
                       linear("down"),
                       {},
                       of(whole),
                       of(longest),
                       of(whole),
                       of(whole),
                       of(whole),
                       of(longest * heads_.count),
                       of(longest * heads_.count),
                       of(pieces_.attention_kept(heads_)),
                       of(whole),
                       of(whole),
                       of(longest),
                       of(wide),
                       of(wide),
                       {},
                       {}});
    if (!gated) continue;
    Block& block = blocks_.back();
    block.gate.emplace(linear("gate"));
    for (Numbers* numbers : {&block.open, &block.raised, &d_raised_}) *numbers = of(wide);
  }
  for (Numbers* rows : {&x_, &f_, &d_, &dx_, &dq_, &dk_, &dv_, &d_normal_, &final_}) *rows = of(whole);
  d_hidden_ = of(wide);
  inverse_final_ = of(longest);
  logits_ = of(longest * logits_ld_);
  scratch_ = of(pieces_.attention_scratch(heads_));
}

template <class T>
void FusedStep<T>::embed(const std::int32_t* tokens) {
  const T* table = embedding_.data_ptr<T>();
  for (std::int64_t t = 0; t < length_; ++t) std::copy_n(table + tokens[t] * width_, width_, x_.data() + t * width_);
}

/// A sub-block's result f_ goes into x_.
template <class T>
void FusedStep<T>::mix() {
  (options_.residual == "convex" ? pieces_.mix : pieces_.add)(length_ * width_, weight_, f_.data(), x_.data());
}

template <class T>
void FusedStep<T>::attention(Block& block) {
  const T* turns = turns_.empty() ? nullptr : turns_.data();
  norm_(length_, width_, x_.data(), block.normal.data(), block.inverse.data());
  block.query.forward(length_, block.normal.data(), block.q.data());
  block.key.forward(length_, block.normal.data(), block.k.data());
  block.value.forward(length_, block.normal.data(), block.v.data());
  pieces_.turn(heads_, turns, block.q.data(), options_.qk_norm ? block.inverse_q.data() : nullptr);
  pieces_.turn(heads_, turns, block.k.data(), options_.qk_norm ? block.inverse_k.data() : nullptr);
  pieces_.attention(heads_, scale_, block.q.data(), block.k.data(), block.v.data(), block.mixed.data(), block.weights.data(),
                    scratch_.data());
  block.output.forward(length_, block.mixed.data(), f_.data());
  mix();
}

template <class T>
void FusedStep<T>::mlp(Block& block) {
  const std::int64_t wide = length_ * hidden_;
  norm_(length_, width_, x_.data(), block.normal_mlp.data(), block.inverse_mlp.data());
  if (joins_mlp_ && fused_mlp(block.up, block.down, length_, block.normal_mlp.data(), block.slope.data(), block.hidden.data(), f_.data()))
    return mix();
  if (block.gate) {
    block.gate->forward(length_, block.normal_mlp.data(), block.slope.data());
    activation_(wide, block.slope.data(), block.open.data());
    block.up.forward(length_, block.normal_mlp.data(), block.raised.data());
    std::copy_n(block.raised.data(), wide, block.hidden.data());
    pieces_.multiply(wide, block.open.data(), block.hidden.data());
  } else {
    block.up.forward(length_, block.normal_mlp.data(), block.slope.data());
    activation_(wide, block.slope.data(), block.hidden.data());
  }
  block.down.forward(length_, block.hidden.data(), f_.data());
  mix();
}

/// The sum of the losses; the logits become `factor` times its gradient.
template <class T>
double FusedStep<T>::head(const std::int32_t* targets, T factor) {
  norm_(length_, width_, x_.data(), final_.data(), inverse_final_.data());
  pieces_.product(length_, vocabulary_, width_, {final_.data(), width_, 1}, head_packed_.data(), width_, logits_.data(), logits_ld_, false);
  return pieces_.cross_entropy(length_, vocabulary_, targets, factor, logits_.data(), logits_ld_);
}

template <class T>
void FusedStep<T>::head_backward() {
  pieces_.product(length_, width_, vocabulary_, {logits_.data(), logits_ld_, 1}, head_back_.data(), vocabulary_, d_normal_.data(), width_,
                  false);
  if (head_.requires_grad()) {
    packed_.resize(static_cast<std::size_t>(length_ * ((width_ + pieces_.panel - 1) / pieces_.panel * pieces_.panel)));
    pieces_.pack(length_, width_, {final_.data(), width_, 1}, packed_.data());
    pieces_.product(vocabulary_, width_, length_, {logits_.data(), 1, logits_ld_}, packed_.data(), length_,
                    head_.mutable_grad().template data_ptr<T>(), width_, true);
  }
  std::fill(dx_.begin(), dx_.end(), T(0));
  norm_backward_(length_, width_, final_.data(), inverse_final_.data(), d_normal_.data(), dx_.data());
}

/// dx_, the gradient of a mix, becomes that of what was there before; d_ is that of the sub-block.
template <class T>
void FusedStep<T>::part() {
  pieces_.part(length_ * width_, weight_, options_.residual == "convex" ? weight_ : T(0), dx_.data(), d_.data());
}

template <class T>
void FusedStep<T>::mlp_backward(Block& block) {
  const std::int64_t wide = length_ * hidden_;
  part();
  if (!joins_mlp_ || !fused_mlp_backward(block.up, block.down, length_, block.normal_mlp.data(), block.slope.data(), block.hidden.data(),
                                         d_.data(), d_normal_.data())) {
    block.down.backward(length_, block.hidden.data(), d_.data(), d_hidden_.data(), false);
    if (block.gate) {
      std::copy_n(d_hidden_.data(), wide, d_raised_.data());
      pieces_.multiply(wide, block.open.data(), d_raised_.data());
      pieces_.multiply(wide, block.raised.data(), d_hidden_.data());
    }
    pieces_.multiply(wide, block.slope.data(), d_hidden_.data());
    (block.gate ? *block.gate : block.up).backward(length_, block.normal_mlp.data(), d_hidden_.data(), d_normal_.data(), false);
    if (block.gate) block.up.backward(length_, block.normal_mlp.data(), d_raised_.data(), d_normal_.data(), true);
  }
  norm_backward_(length_, width_, block.normal_mlp.data(), block.inverse_mlp.data(), d_normal_.data(), dx_.data());
}

template <class T>
void FusedStep<T>::attention_backward(Block& block) {
  const T* turns = turns_.empty() ? nullptr : turns_.data();
  part();
  block.output.backward(length_, block.mixed.data(), d_.data(), f_.data(), false);
  pieces_.attention_backward(heads_, scale_, block.q.data(), block.k.data(), block.v.data(), block.mixed.data(), block.weights.data(),
                             f_.data(), dq_.data(), dk_.data(), dv_.data(), scratch_.data());
  pieces_.turn_backward(heads_, turns, block.q.data(), options_.qk_norm ? block.inverse_q.data() : nullptr, dq_.data());
  pieces_.turn_backward(heads_, turns, block.k.data(), options_.qk_norm ? block.inverse_k.data() : nullptr, dk_.data());
  block.query.backward(length_, block.normal.data(), dq_.data(), d_normal_.data(), false);
  block.key.backward(length_, block.normal.data(), dk_.data(), d_normal_.data(), true);
  block.value.backward(length_, block.normal.data(), dv_.data(), d_normal_.data(), true);
  norm_backward_(length_, width_, block.normal.data(), block.inverse.data(), d_normal_.data(), dx_.data());
}

template <class T>
void FusedStep<T>::embed_backward(const std::int32_t* tokens) {
  if (!embedding_.requires_grad()) return;
  T* gradient = embedding_.mutable_grad().template data_ptr<T>();
  for (std::int64_t t = 0; t < length_; ++t) pieces_.add(width_, T(1), dx_.data() + t * width_, gradient + tokens[t] * width_);
}

template <class T>
template <class Body>
void FusedStep<T>::for_each_linear(Body&& body) {
  for (Block& block : blocks_) {
    for (FusedLinear<T>* linear : {&block.query, &block.key, &block.value, &block.output, &block.up, &block.down}) body(*linear);
    if (block.gate) body(*block.gate);
  }
}

/// Reads what the parameters are now.
template <class T>
void FusedStep<T>::begin(bool gradients) {
  for_each_linear([&](FusedLinear<T>& linear) { linear.begin(gradients); });
  const auto packed = [&](Numbers& to, std::int64_t k, std::int64_t n, kernel::Strided<T> from) {
    to.resize(static_cast<std::size_t>(k * ((n + pieces_.panel - 1) / pieces_.panel * pieces_.panel)));
    pieces_.pack(k, n, from, to.data());
  };
  packed(head_packed_, width_, vocabulary_, {head_.data_ptr<T>(), 1, width_});
  if (!gradients) return;
  packed(head_back_, vocabulary_, width_, {head_.data_ptr<T>(), width_, 1});
  for (const at::Tensor& table : {embedding_, head_}) {
    if (table.requires_grad()) begin_gradient(table);
  }
}

/// The mean of what `body` gives for each sequence's tokens and targets.
template <class T>
template <class Body>
double FusedStep<T>::for_each_sequence(const at::Tensor& input, const at::Tensor& target, Body&& body) {
  const at::Tensor tokens = input.contiguous(), targets = target.contiguous();
  heads_.length = length_ = tokens.size(1);
  double sum = 0;
  for (std::int64_t b = 0; b < tokens.size(0); ++b)
    sum += body(tokens.data_ptr<std::int32_t>() + b * length_, targets.data_ptr<std::int32_t>() + b * length_);
  return sum / static_cast<double>(target.numel());
}

template <class T>
double FusedStep<T>::loss(const at::Tensor& input, const at::Tensor& target) {
  begin(/*gradients=*/false);
  return for_each_sequence(input, target, [&](const std::int32_t* tokens, const std::int32_t* targets) {
    embed(tokens);
    for (Block& block : blocks_) {
      attention(block);
      mlp(block);
    }
    return head(targets, T(1));
  });
}

template <class T>
double FusedStep<T>::gradients(const at::Tensor& input, const at::Tensor& target) {
  begin(/*gradients=*/true);
  const T factor = static_cast<T>(1 / static_cast<double>(target.numel()));
  const double loss = for_each_sequence(input, target, [&](const std::int32_t* tokens, const std::int32_t* targets) {
    embed(tokens);
    for (Block& block : blocks_) {
      attention(block);
      mlp(block);
    }
    const double sum = head(targets, factor);
    head_backward();
    for (auto block = blocks_.rbegin(); block != blocks_.rend(); ++block) {
      mlp_backward(*block);
      attention_backward(*block);
    }
    embed_backward(tokens);
    return sum;
  });
  for_each_linear([](FusedLinear<T>& linear) { linear.finish(); });
  return loss;
}

template class FusedStep<float>;
template class FusedStep<double>;

}  // namespace steepest::model
