// transformer.cpp: see transformer.h. Reads from top to bottom as the network computes.
#include "model/transformer.h"

#include <torch/nn/functional/loss.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <stdexcept>

#include "matrix/principal_factors.h"
#include "matrix/random.h"
#include "matrix/torch_version.h"
#include "model/init.h"
#include "model/linear_map.h"
#include "model/rms_norm.h"
#include "model/rope.h"
#include "model/stacked_layers.h"
#include "random/streams.h"

namespace steepest::model {
namespace {

constexpr double kNormEpsilon = 1e-6;

at::Tensor start_of_embedding(const InitOptions& init, std::int64_t vocabulary, std::int64_t width, std::uint64_t seed) {
  const at::Tensor rows = matrix::normal_matrix(vocabulary, width, random::stream_seed(seed, "init-embedding"));
  return init.embedding == "rms" ? rms_norm(rows) : rows;
}

at::Tensor start_of_head(const InitOptions& init, std::int64_t vocabulary, std::int64_t width, std::uint64_t seed) {
  return init.head_gain * initial_matrix(init.head, vocabulary, width, random::stream_seed(seed, "init-head"));
}

}  // namespace

std::shared_ptr<HiddenLinear> Transformer::Block::*Transformer::member_of_block(const std::string& name) {
  static const std::map<std::string, std::shared_ptr<HiddenLinear> Block::*> kMembers = {
      {"query", &Block::query}, {"key", &Block::key},   {"value", &Block::value}, {"output", &Block::output},
      {"up", &Block::up},       {"gate", &Block::gate}, {"down", &Block::down}};
  return kMembers.at(name);
}

Transformer::Transformer(const TransformerOptions& options, std::int64_t vocabulary, std::uint64_t seed, at::Device device,
                         at::ScalarType type)
    : Transformer(options,
                  Given{start_of_embedding(options.init, vocabulary, options.width, seed),
                        start_of_head(options.init, vocabulary, options.width, seed), nullptr, false},
                  seed, at::TensorOptions(type).device(device)) {}

Transformer::Transformer(const TransformerOptions& options, const Transformer& base, bool frozen_tables, std::uint64_t seed,
                         at::Device device, at::ScalarType type)
    : Transformer(options, Given{base.embedding_, base.head_, &base, frozen_tables}, seed, at::TensorOptions(type).device(device)) {}

Transformer::Transformer(const TransformerOptions& options, const Given& given, std::uint64_t seed, const at::TensorOptions& placement)
    : options_(options), seed_(seed), placement_(placement),
      residual_weight_(options.residual_weight / static_cast<double>(2 * options.layers)), frozen_tables_(given.frozen_tables) {
  const auto own = [&](const at::Tensor& start) { return start.detach().to(placement_, /*non_blocking=*/false, /*copy=*/true); };
  embedding_ = register_parameter("embedding", own(given.embedding), !frozen_tables_);
  if (!options.tied_head) head_ = register_parameter("head", own(given.head), !frozen_tables_);

  for (std::int64_t layer = 0; layer < options.layers; ++layer) {
    Block block;
    for (const HiddenShape& shape : hidden_shapes(options))
      block.*member_of_block(shape.name) = make_hidden("layer" + std::to_string(layer) + "_" + shape.name, shape, given.base);
    blocks_.push_back(std::move(block));
  }
}

Transformer::Transformer(const std::vector<const Transformer*>& members)
    : options_(members.front()->options_), seed_(members.front()->seed_), placement_(members.front()->placement_),
      residual_weight_(members.front()->residual_weight_), frozen_tables_(members.front()->frozen_tables_) {
  const auto table = [&](const char* name, at::Tensor Transformer::*own) {
    return register_parameter(name, together(of_each(members, [&](const Transformer& member) { return member.*own; }), !frozen_tables_),
                              !frozen_tables_);
  };
  embedding_ = table("embedding", &Transformer::embedding_);
  if (!options_.tied_head) head_ = table("head", &Transformer::head_);
  for (std::int64_t layer = 0; layer < options_.layers; ++layer) {
    Block block;
    for (const HiddenShape& shape : hidden_shapes(options_)) {
      const NamedHidden& first = members.front()->hidden_.at(hidden_.size());
      const auto layers = of_each(members, [&](const Transformer& member) { return member.hidden_.at(hidden_.size()).layer; });
      block.*member_of_block(shape.name) = register_module(first.name, stacked_layer(layers));
      hidden_.push_back({first.name, shape.fan_out, shape.fan_in, block.*member_of_block(shape.name)});
    }
    blocks_.push_back(std::move(block));
  }
}

std::shared_ptr<HiddenLinear> Transformer::make_hidden(const std::string& name, const HiddenShape& shape, const Transformer* base) {
  const std::uint64_t seed = random::stream_seed(seed_, "init-hidden", hidden_.size());
  const InitOptions& init = options_.init;
  std::optional<at::Tensor> weight;
  if (base) weight = base->hidden_.at(hidden_.size()).layer->product().detach().to(placement_, /*non_blocking=*/false, /*copy=*/true);
  std::shared_ptr<HiddenLinear> layer;
  if (shape.rank > 0) {
    const bool principal = init.factors == "principal";
    const FactorStart start = principal ? matrix::principal_factors(weight->to(at::kDouble), shape.rank)
                                        : initial_factors(init.factors, init.hidden, shape.fan_out, shape.fan_in, shape.rank, seed);
    const auto [a, b] = regauged(start, init.factor_condition, random::stream_seed(seed, "gauge"));
    const double gain = std::sqrt(principal ? 1.0 / options_.lora_scale : init.hidden_gain);
    const at::Tensor A = (a * (gain * init.factor_scale)).to(placement_), B = (b * (gain / init.factor_scale)).to(placement_);
    if (principal) weight = *weight - options_.lora_scale * at::mm(A, B.t());
    layer = std::make_shared<LowRankLinear>(A, B, options_.lora_scale, weight);
  } else if (base && options_.rank > 0) {
    layer = std::make_shared<FrozenLinear>(*weight);
  } else {
    layer = std::make_shared<DenseLinear>(
        base ? *weight : (init.hidden_gain * initial_matrix(init.hidden, shape.fan_out, shape.fan_in, seed)).to(placement_));
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
  if (options_.qk_norm) {
    q = rms_norm(q);
    k = rms_norm(k);
  }
  if (options_.position == "rope") {
    q = rope(q, turns);
    k = rope(k, turns);
  }
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

at::Tensor Transformer::forward(const at::Tensor& input, const Watch& watch) const {
  const at::Tensor turns = rope_turns(input.size(1), options_.width / options_.heads, options_.rope_base, placement_);
  at::Tensor x = look_up(embedding_, input);  // [B, T, C]
  for (std::size_t layer = 0; layer < blocks_.size(); ++layer) {
    x = residual(x, watched(watch, layer, "attention", attention(blocks_[layer], normalise(x), turns)));
    x = residual(x, watched(watch, layer, "mlp", mlp(blocks_[layer], normalise(x))));
    watched(watch, layer, "stream", x);
  }
  const at::Tensor logits = linear_map(normalise(x), options_.tied_head ? embedding_ : head_);
  if (watch) watch("logits", logits);
  return logits;
}

at::Tensor Transformer::loss(const at::Tensor& input, const at::Tensor& target) const {
  return torch::nn::functional::cross_entropy(forward(input).flatten(0, 1), target.flatten().to(at::kLong));
}

const HiddenLinear& Transformer::layer(std::int64_t block, const std::string& name) const {
  const std::string whole = "layer" + std::to_string(block) + "_" + name;
  const auto found = std::find_if(hidden_.begin(), hidden_.end(), [&](const NamedHidden& hidden) { return hidden.name == whole; });
  if (found == hidden_.end()) throw std::out_of_range("the network has no " + whole);
  return *found->layer;
}

std::vector<at::Tensor> Transformer::tables() const {
  if (frozen_tables_) return {};
  if (options_.tied_head) return {embedding_};
  return {embedding_, head_};
}

}  // namespace steepest::model
