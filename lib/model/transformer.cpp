// transformer.cpp: see transformer.h. Reads from top to bottom as the network computes.
#include "model/transformer.h"

#include <torch/nn/functional/loss.h>

#include <cmath>
#include <map>

#include "data/seeds.h"
#include "matrix/random.h"
#include "matrix/torch_version.h"
#include "model/init.h"
#include "model/rms_norm.h"
#include "model/rope.h"

namespace steepest::model {
namespace {

constexpr double kNormEpsilon = 1e-6;

}  // namespace

Transformer::Transformer(const TransformerOptions& options, std::int64_t vocabulary, std::uint64_t seed, at::Device device,
                         at::ScalarType type)
    : options_(options), seed_(seed), placement_(at::TensorOptions(type).device(device)),
      residual_weight_(options.residual_weight / static_cast<double>(2 * options.layers)) {
  const std::int64_t c = options.width;
  at::Tensor embedding = matrix::normal_matrix(vocabulary, c, data::stream_seed(seed, "init-embedding"));
  if (options.init.embedding == "rms") embedding = rms_norm(embedding);
  embedding_ = register_parameter("embedding", embedding.to(placement_));
  if (!options.tied_head) {
    const at::Tensor head = initial_matrix(options.init.head, vocabulary, c, data::stream_seed(seed, "init-head"));
    head_ = register_parameter("head", (options.init.head_gain * head).to(placement_));
  }

  static const std::map<std::string, std::shared_ptr<HiddenLinear> Block::*> kMembers = {
      {"query", &Block::query}, {"key", &Block::key},   {"value", &Block::value}, {"output", &Block::output},
      {"up", &Block::up},       {"gate", &Block::gate}, {"down", &Block::down}};
  for (std::int64_t layer = 0; layer < options.layers; ++layer) {
    Block block;
    for (const HiddenShape& shape : block_shapes(options))
      block.*kMembers.at(shape.name) = make_hidden("layer" + std::to_string(layer) + "_" + shape.name, shape);
    blocks_.push_back(std::move(block));
  }
}

std::shared_ptr<HiddenLinear> Transformer::make_hidden(const std::string& name, const HiddenShape& shape) {
  const std::uint64_t seed = data::stream_seed(seed_, "init-hidden", hidden_.size());
  const InitOptions& init = options_.init;
  std::shared_ptr<HiddenLinear> layer;
  if (shape.rank > 0) {
    const auto [a, b] = initial_factors(init.factors, shape.fan_out, shape.fan_in, shape.rank, seed);
    const double gain = std::sqrt(init.hidden_gain);
    layer = std::make_shared<LowRankLinear>((a * (gain * init.factor_scale)).to(placement_),
                                            (b * (gain / init.factor_scale)).to(placement_), options_.lora_scale);
  } else {
    const at::Tensor start = initial_matrix(init.hidden, shape.fan_out, shape.fan_in, seed);
    layer = std::make_shared<DenseLinear>((init.hidden_gain * start).to(placement_));
  }
  register_module(name, layer);
  hidden_.push_back({name, shape.fan_out, shape.fan_in, layer});
  return layer;
}

at::Tensor Transformer::normalise(const at::Tensor& x) const {
  return options_.norm == "rms" ? rms_norm(x) : at::layer_norm(x, {x.size(-1)}, {}, {}, kNormEpsilon);
}

at::Tensor Transformer::residual(const at::Tensor& x, const at::Tensor& f) const {
  if (options_.residual == "convex") return at::lerp(x, f, residual_weight_);
  return at::add(x, f, residual_weight_);
}

at::Tensor Transformer::attention(const Block& block, const at::Tensor& x, const at::Tensor& turns) const {
  const std::int64_t b = x.size(0), t = x.size(1), c = x.size(2), h = options_.heads, d = c / h;
  const auto split = [&](const at::Tensor& y) { return y.view({b, t, h, d}).transpose(1, 2); };
  at::Tensor q = split(block.query->forward(x)), k = split(block.key->forward(x));
  const at::Tensor v = split(block.value->forward(x));
  if (options_.qk_norm) { q = rms_norm(q); k = rms_norm(k); }
  if (options_.position == "rope") { q = rope(q, turns); k = rope(k, turns); }
  const double size = static_cast<double>(d);
  const double scale = options_.attention_scale == "inverse" ? 1.0 / size : 1.0 / std::sqrt(size);
  const at::Tensor mixed = matrix::causal_attention(q, k, v, scale);
  return block.output->forward(mixed.transpose(1, 2).reshape({b, t, c}));
}

at::Tensor Transformer::mlp(const Block& block, const at::Tensor& x) const {
  const at::Tensor up = block.up->forward(x);
  if (options_.mlp == "swiglu") return block.down->forward(at::silu(block.gate->forward(x)) * up);
  if (options_.mlp == "relu2") return block.down->forward(at::relu(up).square());
  return block.down->forward(at::gelu(up));
}

at::Tensor Transformer::forward(const at::Tensor& input) const {
  const at::Tensor turns = rope_turns(input.size(1), options_.width / options_.heads, options_.rope_base, placement_);
  at::Tensor x = at::embedding(embedding_, input);  // [B, T, C]
  for (const Block& block : blocks_) {
    x = residual(x, attention(block, normalise(x), turns));
    x = residual(x, mlp(block, normalise(x)));
  }
  return at::linear(normalise(x), options_.tied_head ? embedding_ : head_);
}

at::Tensor Transformer::loss(const at::Tensor& input, const at::Tensor& target) const {
  return torch::nn::functional::cross_entropy(forward(input).flatten(0, 1), target.flatten());
}

std::vector<at::Tensor> Transformer::tables() const {
  if (options_.tied_head) return {embedding_};
  return {embedding_, head_};
}

}  // namespace steepest::model
