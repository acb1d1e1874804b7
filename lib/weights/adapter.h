// adapter.h: low-rank adapters in the form of Hugging Face's library PEFT: adapter_config.json and adapter_model.safetensors. No LibTorch.
//
// PEFT's W = W_pre + alpha/r · lora_B · lora_A, with lora_A [r, fan_in] and lora_B [fan_out, r]: here B^T and A.
#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace steepest::weights {

inline constexpr const char* kAdapterConfig = "adapter_config.json";
inline constexpr const char* kAdapterModel = "adapter_model";  // .safetensors

/// What an adapter_config.json says of a plain LoRA adapter.
struct AdapterConfig {
  std::int64_t rank = 0;
  double alpha = 0;
  std::vector<std::string> target_modules;  ///< "q_proj", ..., in rising order
  std::string base_model;                   ///< base_model_name_or_path, for readers; may be empty

  bool operator==(const AdapterConfig&) const = default;
};

/// Throws options::InputError, with the key, for another kind of adapter, and for what is not computed here: DoRA, rank-stabilised scales, biases,
/// ranks that differ between layers, targets by pattern.
AdapterConfig adapter_config(const nlohmann::json& config);

/// Of `folder`/adapter_config.json, which every complaint names.
AdapterConfig read_adapter_config(const std::filesystem::path& folder);

/// As PEFT reads it.
nlohmann::json to_json(const AdapterConfig& config);

/// The names of the two tensors of a module such as "layers.3.self_attn.q_proj".
struct AdapterNames {
  std::string A, B;
};
AdapterNames adapter_names(const std::string& module);

/// The path of a module within a block, "self_attn.q_proj" of "q_proj". Throws std::out_of_range for a name that no block of a Llama has.
const std::string& module_path(const std::string& name);

/// The name of the file in which a worker keeps the adapter that a run has trained, beside the checkpoints: of the run's identity, and of its
/// parameters' hash, so that a repetition which ends otherwise never takes its place.
std::string kept_adapter(const std::string& identity, const std::string& parameter_hash);
/// All that are kept in a folder of a run.
std::vector<std::filesystem::path> kept_adapters(const std::filesystem::path& folder, const std::string& identity);

/// A float32 tensor that is to be written.
struct Numbers {
  std::vector<std::int64_t> shape;
  std::vector<float> values;
};

/// The bytes of a file of format safetensors.
std::string safetensors_text(const std::map<std::string, Numbers>& tensors, const std::map<std::string, std::string>& metadata);

}  // namespace steepest::weights
