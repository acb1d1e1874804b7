// llama.h: a network of Llama's architecture (arXiv 2302.13971), as transformers' LlamaForCausalLM computes it: RMS normalisation with gains, rotary
// positions of half-split pairs, heads of queries that share keys and values, SwiGLU. Axes: B sequences, T tokens, C width, V vocabulary.
#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "model/frozen_matrix.h"
#include "model/model.h"

namespace steepest::model {

/// The parameters of a checkpoint. Matrices are [fan_out, fan_in], gains [C].
struct LlamaWeights {
  struct Block {
    at::Tensor attention_gain, mlp_gain;
    std::map<std::string, at::Tensor> matrices;  ///< by PEFT's names, "q_proj", ...
  };
  at::Tensor embedding, head, final_gain;  ///< head: undefined if it is the embedding
  std::vector<Block> blocks;
};

class Llama : public Model {
 public:
  /// A checkpoint as it is, of which nothing is trained; it keeps the tensors that it is given. `options`: their shape counts alone.
  Llama(const LlamaOptions& options, LlamaWeights weights);
  /// Fine-tuning of a checkpoint, whose tensors it shares: layers of `low_rank_layers` have an adapter, all else is frozen, tables included.
  Llama(const LlamaOptions& options, const Llama& base, bool frozen_tables, std::uint64_t seed, at::Device device, at::ScalarType type);

  /// Fine-tunings of one checkpoint as one network (stacked_network.h), with copies of their adapters, [M, ...]. Throws std::invalid_argument if they
  /// do not share their checkpoint's tensors.
  explicit Llama(const std::vector<const Llama*>& members);

  at::Tensor forward(const at::Tensor& input, const Watch& watch = {}) const override;
  at::Tensor loss(const at::Tensor& input, const at::Tensor& target) const override;
  const std::vector<NamedHidden>& hidden() const override { return hidden_; }
  std::vector<at::Tensor> tables() const override { return {}; }
  const LlamaOptions& options() const { return options_; }
  const LlamaWeights& weights() const { return weights_; }
  /// What fine-tuning starts from in the place of a random start, by the names of hidden(). Empty: none.
  void set_start(std::map<std::string, Factors> start) { start_ = std::move(start); }
  /// The factors by which a layer's weight differs from the checkpoint's: those that are trained, and of a start "principal" beside them what it took
  /// out of the frozen part, so that their rank is twice as large. Throws std::out_of_range for a layer without an adapter.
  Factors beside_checkpoint(const NamedHidden& hidden) const;

 private:
  using Layer = std::shared_ptr<HiddenLinear>;
  struct Block {
    std::map<std::string, Layer> layers;
    const HiddenLinear& operator[](const char* name) const { return *layers.at(name); }
  };
  void add(const std::string& name, const HiddenShape& shape, Block& block, const Layer& layer);
  Layer adapted(const std::string& name, const HiddenShape& shape, const at::Tensor& weight, const Llama& base, std::uint64_t seed);
  at::Tensor attention(const Block& block, const at::Tensor& x, const at::Tensor& turns) const;
  at::Tensor mlp(const Block& block, const at::Tensor& x) const;
  at::Tensor normalise(const at::Tensor& x, const at::Tensor& gain) const;

  LlamaOptions options_;
  LlamaWeights weights_;
  FrozenMatrix head_;
  std::vector<Block> blocks_;
  std::vector<NamedHidden> hidden_;
  std::map<std::string, Factors> start_;
  std::map<std::string, Factors> taken_;  // what a start "principal" took out of the frozen part
};

/// The checkpoint in a folder, which has config.json and safetensors; of the shape that the options state. Throws options::InputError, naming the file,
/// where the shape is another, or a tensor is missing, malformed, or none of this architecture's.
std::shared_ptr<Llama> load_llama(const LlamaOptions& options, const std::filesystem::path& folder, const Placement& placement);

/// The factors of a PEFT adapter in a folder, by the names of hidden(). `options`: its rank, scale and layers. Throws options::InputError where the
/// adapter has others, or is not of a network of this shape.
std::map<std::string, Factors> load_adapter(const LlamaOptions& options, const std::filesystem::path& folder, const Placement& placement);

/// What was trained, as a PEFT adapter's file of format safetensors (float32) with `metadata`: beside_checkpoint of every layer that has an adapter.
std::string adapter_text(const Llama& network, const std::map<std::string, std::string>& metadata);

}  // namespace steepest::model
