// llama_load.cpp: Llamas and their adapters from and to Hugging Face's files.
#include <set>

#include "model/llama.h"
#include "options/error.h"
#include "weights/adapter.h"
#include "weights/llama_config.h"
#include "weights/tensors.h"

namespace steepest::model {
namespace {

using options::InputError;

/// Tensors of a file, each once; what is left over is refused.
class Taking {
 public:
  Taking(const weights::Tensors& from, const std::filesystem::path& folder, const Placement& placement)
      : from_(from), folder_(folder), placement_(placement) {
    for (const auto& name : from.names()) left_.insert(name);
  }

  at::Tensor take(const std::string& name, const std::vector<std::int64_t>& shape) {
    at::Tensor tensor = at::empty(shape, at::kFloat);
    from_.read(name, shape, tensor.data_ptr<float>());
    left_.erase(name);
    return tensor.to(placement_.device, placement_.type);
  }
  void leave_out(const std::string& name) { left_.erase(name); }
  void check_empty(const std::string& whose) const {
    if (!left_.empty()) throw InputError(folder_.string() + ": the tensor " + *left_.begin() + " is none of " + whose);
  }

 private:
  const weights::Tensors& from_;
  const std::filesystem::path& folder_;
  const Placement placement_;
  std::set<std::string> left_;
};

std::string front_of(std::int64_t layer) { return "layers." + std::to_string(layer) + "."; }

/// Names and order of hidden().
template <class Visit>
void for_each_adapter(const LlamaOptions& options, Visit&& visit) {
  for (std::int64_t layer = 0; layer < options.shape.layers; ++layer) {
    for (const HiddenShape& shape : hidden_shapes(options)) {
      if (shape.rank > 0)
        visit("layer" + std::to_string(layer) + "_" + shape.name,
              weights::adapter_names(front_of(layer) + weights::module_path(shape.name)), shape);
    }
  }
}

}  // namespace

std::shared_ptr<Llama> load_llama(const LlamaOptions& options, const std::filesystem::path& folder, const Placement& placement) {
  const auto& shape = options.shape;
  if (weights::read_llama_config(folder) != shape)
    throw InputError((folder / "config.json").string() + " states another network than the run was planned with");
  const auto tensors = weights::Tensors::in_folder(folder);
  Taking from(tensors, folder, placement);
  LlamaWeights all;
  all.embedding = from.take("model.embed_tokens.weight", {shape.vocabulary, shape.width});
  if (!shape.tied_head) all.head = from.take("lm_head.weight", {shape.vocabulary, shape.width});
  from.leave_out("lm_head.weight");  // some write the table of a tied head twice
  all.final_gain = from.take("model.norm.weight", {shape.width});
  for (std::int64_t layer = 0; layer < shape.layers; ++layer) {
    const std::string front = "model." + front_of(layer);
    LlamaWeights::Block block;
    block.attention_gain = from.take(front + "input_layernorm.weight", {shape.width});
    block.mlp_gain = from.take(front + "post_attention_layernorm.weight", {shape.width});
    for (const HiddenShape& matrix : hidden_shapes(options))
      block.matrices[matrix.name] = from.take(front + weights::module_path(matrix.name) + ".weight", {matrix.fan_out, matrix.fan_in});
    from.leave_out(front + "self_attn.rotary_emb.inv_freq");  // older files have what follows from the base
    all.blocks.push_back(std::move(block));
  }
  from.check_empty("a Llama without biases");
  return std::make_shared<Llama>(dense(options), std::move(all));
}

std::map<std::string, Factors> load_adapter(const LlamaOptions& options, const std::filesystem::path& folder, const Placement& placement) {
  const auto tensors = weights::Tensors::in_folder(folder, weights::kAdapterModel);
  Taking from(tensors, folder, placement);
  std::map<std::string, Factors> start;
  for_each_adapter(options, [&](const std::string& hidden, const weights::AdapterNames& names, const HiddenShape& shape) {
    const at::Tensor A = from.take(names.B, {shape.fan_out, shape.rank}),
                     B = from.take(names.A, {shape.rank, shape.fan_in}).t().contiguous();
    start.emplace(hidden, Factors{A, B, options.lora_scale()});
  });
  from.check_empty("an adapter of model.low_rank_layers");
  return start;
}

std::string adapter_text(const Llama& network, const std::map<std::string, std::string>& metadata) {
  const auto numbers = [](const at::Tensor& tensor) {
    const at::Tensor row_major = tensor.detach().to(at::kCPU, at::kFloat).contiguous();
    const float* first = row_major.data_ptr<float>();
    return weights::Numbers{tensor.sizes().vec(), {first, first + row_major.numel()}};
  };
  std::map<std::string, const NamedHidden*> layers;
  for (const NamedHidden& hidden : network.hidden()) layers[hidden.name] = &hidden;
  std::map<std::string, weights::Numbers> tensors;
  for_each_adapter(network.options(), [&](const std::string& hidden, const weights::AdapterNames& names, const HiddenShape&) {
    const Factors factors = network.beside_checkpoint(*layers.at(hidden));
    tensors[names.A] = numbers(factors.B.t());
    tensors[names.B] = numbers(factors.A);
  });
  return weights::safetensors_text(tensors, metadata);
}

}  // namespace steepest::model
