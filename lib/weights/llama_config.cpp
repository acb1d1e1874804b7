// llama_config.cpp: see llama_config.h. Keys and defaults are those of transformers' LlamaConfig.
#include "weights/llama_config.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "options/error.h"
#include "weights/files.h"
#include "weights/json_keys.h"

namespace steepest::weights {
namespace {

using nlohmann::json;
using options::InputError;

constexpr std::int64_t kMostOfAnything = 1 << 30;

std::int64_t size(const json& config, const char* key) {
  if (!is_given(config, key)) throw InputError({key, "missing", "a whole number of at least 1"});
  const json& value = config.at(key);
  if (!value.is_number_integer() || value.get<double>() < 1 || value.get<double>() > static_cast<double>(kMostOfAnything))
    refuse(key, value, "a whole number of at least 1");
  return value.get<std::int64_t>();
}

std::int64_t size(const json& config, const char* key, std::int64_t absent) { return is_given(config, key) ? size(config, key) : absent; }

double above_zero(const json& config, const char* key, double absent) {
  if (!is_given(config, key)) return absent;
  const json& value = config.at(key);
  if (!value.is_number() || !(value.get<double>() > 0) || !std::isfinite(value.get<double>())) refuse(key, value, "a number above 0");
  return value.get<double>();
}

bool flag(const json& config, const char* key) {
  if (!is_given(config, key)) return false;
  if (!config.at(key).is_boolean()) refuse(key, config.at(key), "true or false");
  return config.at(key).get<bool>();
}

void check_architecture(const json& config) {
  if (!is_given(config, "model_type")) throw InputError({"model_type", "missing", "llama"});
  if (config.at("model_type") != "llama") refuse("model_type", config.at("model_type"), "llama, the architecture that is computed here");
  if (is_given(config, "architectures") && config.at("architectures") != json::array({"LlamaForCausalLM"}))
    refuse("architectures", config.at("architectures"), "[\"LlamaForCausalLM\"]");
  if (is_given(config, "quantization_config"))
    throw InputError({"quantization_config", "the weights are quantised", "a checkpoint of float32, bfloat16 or float16"});
  for (const char* bias : {"attention_bias", "mlp_bias"}) {
    if (flag(config, bias)) refuse(bias, true, "false, since linear maps are computed without biases");
  }
  if (is_given(config, "hidden_act") && config.at("hidden_act") != "silu") refuse("hidden_act", config.at("hidden_act"), "silu");
}

/// The base of the rotations, from `rope_theta` or, since transformers 5, from `rope_parameters`. Plain rotations alone are computed.
double rope_base(const json& config) {
  double base = above_zero(config, "rope_theta", 10000.0);
  for (const char* key : {"rope_scaling", "rope_parameters"}) {
    if (!is_given(config, key)) continue;
    const json& rope = config.at(key);
    if (!rope.is_object()) refuse(key, rope, "null, or rope_type default");
    for (const char* type : {"rope_type", "type"}) {
      if (is_given(rope, type) && rope.at(type) != "default")
        refuse(key, rope, "null, or rope_type default: scaled rotations are not computed");
    }
    base = above_zero(rope, "rope_theta", base);
    if (above_zero(rope, "partial_rotary_factor", 1) != 1) refuse(key, rope, "partial_rotary_factor 1");
  }
  if (above_zero(config, "partial_rotary_factor", 1) != 1) refuse("partial_rotary_factor", config.at("partial_rotary_factor"), "1");
  return base;
}

void check_sizes(const LlamaShape& shape) {
  if (shape.heads % shape.key_value_heads != 0) {
    refuse("num_key_value_heads", shape.key_value_heads, "a divisor of num_attention_heads, " + std::to_string(shape.heads));
  }
  if (shape.head_size % 2 != 0) refuse("head_dim", shape.head_size, "an even number, since rotations turn pairs");
}

}  // namespace

LlamaShape llama_shape(const json& config) {
  check_architecture(config);
  LlamaShape shape;
  shape.layers = size(config, "num_hidden_layers");
  shape.width = size(config, "hidden_size");
  shape.heads = size(config, "num_attention_heads");
  shape.key_value_heads = size(config, "num_key_value_heads", shape.heads);
  if (!is_given(config, "head_dim") && shape.width % shape.heads != 0)
    refuse("num_attention_heads", shape.heads, "a divisor of hidden_size, " + std::to_string(shape.width) + ", or head_dim");
  shape.head_size = size(config, "head_dim", shape.width / shape.heads);
  shape.mlp_size = size(config, "intermediate_size");
  shape.vocabulary = size(config, "vocab_size");
  shape.norm_epsilon = above_zero(config, "rms_norm_eps", 1e-6);
  shape.rope_base = rope_base(config);
  shape.tied_head = flag(config, "tie_word_embeddings");
  check_sizes(shape);
  return shape;
}

LlamaShape read_llama_config(const std::filesystem::path& folder) {
  const auto file = folder / "config.json";
  const json config = object_in(file);
  try {
    return llama_shape(config);
  } catch (const InputError& error) {
    auto parts = error.parts();
    parts.file = file.string();
    throw InputError(parts);
  }
}

}  // namespace steepest::weights
