// adapter.cpp: see adapter.h. Keys are those of PEFT's LoraConfig.
#include "weights/adapter.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>

#include "options/error.h"
#include "weights/files.h"
#include "weights/json_keys.h"

namespace steepest::weights {
namespace {

using nlohmann::json;
using options::InputError;

/// Keys that must be absent, or as they are in a plain adapter.
void check_plain(const json& config) {
  if (!is_given(config, "peft_type") || config.at("peft_type") != "LORA")
    refuse("peft_type", config.value("peft_type", json()), "\"LORA\"");
  for (const char* key : {"use_dora", "use_rslora", "fan_in_fan_out", "lora_bias", "use_qalora", "use_bdlora"}) {
    if (is_given(config, key) && config.at(key) != false) refuse(key, config.at(key), "false");
  }
  if (is_given(config, "bias") && config.at("bias") != "none") refuse("bias", config.at("bias"), "\"none\"");
  for (const char* key : {"rank_pattern", "alpha_pattern", "modules_to_save", "layers_to_transform", "layers_pattern", "layer_replication",
                          "target_parameters", "exclude_modules", "trainable_token_indices", "alora_invocation_tokens"}) {
    if (is_given(config, key) && !(config.at(key).is_structured() && config.at(key).empty()))
      refuse(key, config.at(key), "null: every layer has an adapter of one kind");
  }
}

}  // namespace

AdapterConfig adapter_config(const json& config) {
  if (!config.is_object()) throw InputError("no JSON object");
  check_plain(config);
  AdapterConfig result;
  const json rank = config.value("r", json()), alpha = config.value("lora_alpha", json()), targets = config.value("target_modules", json());
  if (!rank.is_number_integer() || rank.get<double>() < 1 || rank.get<double>() > 65536) refuse("r", rank, "a whole number of at least 1");
  if (!alpha.is_number() || !(alpha.get<double>() > 0)) refuse("lora_alpha", alpha, "a number above 0");
  const bool names = targets.is_array() && !targets.empty() &&
                     std::all_of(targets.begin(), targets.end(), [](const json& name) { return name.is_string(); });
  if (!names) refuse("target_modules", targets, "a list of names such as [\"q_proj\", \"v_proj\"]");
  result.rank = rank.get<std::int64_t>();
  result.alpha = alpha.get<double>();
  result.target_modules = targets.get<std::vector<std::string>>();
  std::sort(result.target_modules.begin(), result.target_modules.end());
  if (const json base = config.value("base_model_name_or_path", json()); base.is_string()) result.base_model = base.get<std::string>();
  return result;
}

AdapterConfig read_adapter_config(const std::filesystem::path& folder) {
  const auto file = folder / kAdapterConfig;
  const json config = object_in(file);
  try {
    return adapter_config(config);
  } catch (const InputError& error) {
    auto parts = error.parts();
    parts.file = file.string();
    throw InputError(parts);
  }
}

json to_json(const AdapterConfig& config) {
  json alpha = config.alpha;
  if (config.alpha == std::floor(config.alpha) && config.alpha < 1e15) alpha = static_cast<std::int64_t>(config.alpha);
  return {{"peft_type", "LORA"},
          {"task_type", "CAUSAL_LM"},
          {"base_model_name_or_path", config.base_model.empty() ? json() : json(config.base_model)},
          {"r", config.rank},
          {"lora_alpha", alpha},
          {"target_modules", config.target_modules},
          {"lora_dropout", 0.0},
          {"bias", "none"},
          {"fan_in_fan_out", false},
          {"inference_mode", true},
          {"init_lora_weights", true},
          {"use_dora", false},
          {"use_rslora", false},
          {"modules_to_save", nullptr}};
}

AdapterNames adapter_names(const std::string& module) {
  const std::string front = "base_model.model.model." + module;
  return {front + ".lora_A.weight", front + ".lora_B.weight"};
}

const std::string& module_path(const std::string& name) {
  static const std::map<std::string, std::string> kPaths = {
      {"q_proj", "self_attn.q_proj"}, {"k_proj", "self_attn.k_proj"}, {"v_proj", "self_attn.v_proj"}, {"o_proj", "self_attn.o_proj"},
      {"gate_proj", "mlp.gate_proj"}, {"up_proj", "mlp.up_proj"},     {"down_proj", "mlp.down_proj"}};
  return kPaths.at(name);
}

namespace {

constexpr const char* kAdapterEnd = ".adapter.safetensors";

}  // namespace

std::string kept_adapter(const std::string& identity, const std::string& parameter_hash) {
  return identity + "." + parameter_hash.substr(0, 12) + kAdapterEnd;
}

std::vector<std::filesystem::path> kept_adapters(const std::filesystem::path& folder, const std::string& identity) {
  std::vector<std::filesystem::path> files;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
    const std::string name = entry.path().filename().string();
    if (name.rfind(identity + ".", 0) == 0 && name.ends_with(kAdapterEnd)) files.push_back(entry.path());
  }
  return files;
}

std::string safetensors_text(const std::map<std::string, Numbers>& tensors, const std::map<std::string, std::string>& metadata) {
  json header = json::object();
  if (!metadata.empty()) header["__metadata__"] = metadata;
  std::string numbers;
  for (const auto& [name, tensor] : tensors) {
    const std::size_t begin = numbers.size();
    numbers.append(reinterpret_cast<const char*>(tensor.values.data()), tensor.values.size() * sizeof(float));
    header[name] = {{"dtype", "F32"}, {"shape", tensor.shape}, {"data_offsets", {begin, numbers.size()}}};
  }
  std::string text = header.dump();
  text.append((8 - text.size() % 8) % 8, ' ');  // so that the numbers lie at multiples of eight, as PEFT's readers expect
  const std::uint64_t length = text.size();
  std::string bytes(sizeof(length), '\0');
  std::memcpy(bytes.data(), &length, sizeof(length));
  return bytes + text + numbers;
}

}  // namespace steepest::weights
