// llama.cpp: see llama.h. Reads from top to bottom as the network computes.
#include "model/llama.h"

#include <torch/nn/functional/loss.h>

#include <cmath>
#include <stdexcept>

#include "matrix/principal_factors.h"
#include "matrix/random.h"
#include "matrix/torch_version.h"
#include "model/init.h"
#include "model/rms_norm.h"
#include "model/rope.h"
#include "model/stacked_layers.h"
#include "random/streams.h"

namespace steepest::model {
namespace {

std::string hidden_name(std::size_t layer, const std::string& matrix) { return "layer" + std::to_string(layer) + "_" + matrix; }

/// lora_A is PEFT's, uniform as torch.nn.Linear's own start is; lora_B is zero, so that training starts at the checkpoint.
FactorStart lora_start(const HiddenShape& shape, std::uint64_t seed) {
  const double reach = 1 / std::sqrt(static_cast<double>(shape.fan_in));
  return {at::zeros({shape.fan_out, shape.rank}, at::kDouble),
          matrix::uniform_matrix(shape.fan_in, shape.rank, random::stream_seed(seed, "B")) * reach};
}

}  // namespace

Llama::Llama(const LlamaOptions& options, LlamaWeights weights) : options_(options), weights_(std::move(weights)) {
  head_ = FrozenMatrix(weights_.head.defined() ? weights_.head : weights_.embedding);
  for (std::size_t layer = 0; layer < weights_.blocks.size(); ++layer) {
    Block block;
    for (const HiddenShape& shape : hidden_shapes(options_))
      add(hidden_name(layer, shape.name), shape, block, std::make_shared<FrozenLinear>(weights_.blocks[layer].matrices.at(shape.name)));
    blocks_.push_back(std::move(block));
  }
}

Llama::Llama(const LlamaOptions& options, const Llama& base, bool, std::uint64_t seed, at::Device, at::ScalarType)
    : options_(options), weights_(base.weights_), head_(base.head_) {
  for (std::size_t layer = 0; layer < weights_.blocks.size(); ++layer) {
    Block block;
    for (const HiddenShape& shape : hidden_shapes(options_)) {
      const std::string name = hidden_name(layer, shape.name);
      const at::Tensor& weight = weights_.blocks[layer].matrices.at(shape.name);
      const std::uint64_t own = random::stream_seed(seed, "init-hidden", hidden_.size());
      // What is frozen is the base's own layer, with what it has rounded already.
      add(name, shape, block, shape.rank > 0 ? adapted(name, shape, weight, base, own) : base.blocks_[layer].layers.at(shape.name));
    }
    blocks_.push_back(std::move(block));
  }
}

Llama::Llama(const std::vector<const Llama*>& members)
    : options_(members.front()->options_), weights_(members.front()->weights_), head_(members.front()->head_) {
  for (const Llama* member : members) {
    if (!member->weights_.embedding.is_same(weights_.embedding))
      throw std::invalid_argument("adapters of several checkpoints do not compute as one");
  }
  for (std::size_t layer = 0; layer < weights_.blocks.size(); ++layer) {
    Block block;
    for (const HiddenShape& shape : hidden_shapes(options_)) {
      add(hidden_name(layer, shape.name), shape, block,
          stacked_layer(of_each(members, [&](const Llama& member) { return member.hidden_.at(hidden_.size()).layer; })));
    }
    blocks_.push_back(std::move(block));
  }
}

void Llama::add(const std::string& name, const HiddenShape& shape, Block& block, const Layer& layer) {
  register_module(name, layer);
  block.layers.emplace(shape.name, layer);
  hidden_.push_back({name, shape.fan_out, shape.fan_in, layer});
}

Llama::Layer Llama::adapted(const std::string& name, const HiddenShape& shape, const at::Tensor& weight, const Llama& base,
                            std::uint64_t seed) {
  const double scale = options_.lora_scale();
  const at::TensorOptions placement = weight.options();
  if (const auto given = base.start_.find(name); given != base.start_.end()) {
    const auto own = [&](const at::Tensor& start) { return start.detach().to(placement, /*non_blocking=*/false, /*copy=*/true); };
    return std::make_shared<LowRankLinear>(own(given->second.A), own(given->second.B), scale, weight);
  }
  const AdapterInitOptions& init = options_.init;
  const bool principal = init.factors == "principal";
  const FactorStart start = principal ? matrix::principal_factors(weight.to(at::kDouble), shape.rank) : lora_start(shape, seed);
  const auto [a, b] = regauged(start, init.factor_condition, random::stream_seed(seed, "gauge"));
  const double gain = principal ? 1 / std::sqrt(scale) : 1;  // so that s A B^T is the leading part
  const at::Tensor A = (a * (gain * init.factor_scale)).to(placement), B = (b * (gain / init.factor_scale)).to(placement);
  if (principal) taken_.emplace(name, Factors{A.clone(), B.clone(), scale});
  return std::make_shared<LowRankLinear>(A, B, scale, principal ? weight - scale * at::mm(A, B.t()) : weight);
}

Factors Llama::beside_checkpoint(const NamedHidden& hidden) const {
  const TrainedPart part = hidden.layer->trained();
  const auto* trained = std::get_if<Factors>(&part);
  if (!trained) throw std::out_of_range(hidden.name + " has no adapter");
  const auto taken = taken_.find(hidden.name);
  if (taken == taken_.end()) return *trained;
  return {at::cat({trained->A.detach(), -taken->second.A}, 1), at::cat({trained->B.detach(), taken->second.B}, 1), trained->lora_scale};
}

at::Tensor Llama::normalise(const at::Tensor& x, const at::Tensor& gain) const { return rms_norm(x, options_.shape.norm_epsilon) * gain; }

at::Tensor Llama::attention(const Block& block, const at::Tensor& x, const at::Tensor& turns) const {
  const auto& shape = options_.shape;
  const std::int64_t b = x.size(0), t = x.size(1), d = shape.head_size, shared = shape.heads / shape.key_value_heads;
  const auto split = [&](const at::Tensor& y) { return y.view({b, t, -1, d}).transpose(1, 2); };
  // Each head of keys and values serves `shared` neighbouring heads of queries.
  const auto repeated = [&](const at::Tensor& y) {
    return shared == 1 ? y : y.unsqueeze(2).expand({b, shape.key_value_heads, shared, t, d}).reshape({b, shape.heads, t, d});
  };
  const at::Tensor q = rope_halves(split(block["q_proj"].forward(x)), turns), k = rope_halves(split(block["k_proj"].forward(x)), turns);
  const at::Tensor v = split(block["v_proj"].forward(x));
  const at::Tensor mixed = matrix::causal_attention(q, repeated(k), repeated(v), 1 / std::sqrt(static_cast<double>(d)));
  return block["o_proj"].forward(mixed.transpose(1, 2).reshape({b, t, shape.heads * d}));
}

at::Tensor Llama::mlp(const Block& block, const at::Tensor& x) const {
  return block["down_proj"].forward(at::silu(block["gate_proj"].forward(x)) * block["up_proj"].forward(x));
}

at::Tensor Llama::forward(const at::Tensor& input, const Watch& watch) const {
  const auto& shape = options_.shape;
  const at::Tensor turns = rope_turns(input.size(1), shape.head_size, shape.rope_base, weights_.embedding.options());
  at::Tensor x = at::embedding(weights_.embedding, input);  // [B, T, C]
  for (std::size_t layer = 0; layer < blocks_.size(); ++layer) {
    x = x + watched(watch, layer, "attention", attention(blocks_[layer], normalise(x, weights_.blocks[layer].attention_gain), turns));
    x = x + watched(watch, layer, "mlp", mlp(blocks_[layer], normalise(x, weights_.blocks[layer].mlp_gain)));
    watched(watch, layer, "stream", x);
  }
  const at::Tensor logits = head_(normalise(x, weights_.final_gain));
  if (watch) watch("logits", logits);
  return logits;
}

at::Tensor Llama::loss(const at::Tensor& input, const at::Tensor& target) const {
  return torch::nn::functional::cross_entropy(forward(input).flatten(0, 1), target.flatten().to(at::kLong));
}

}  // namespace steepest::model
