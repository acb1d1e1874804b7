// llama_config.h: config.json of a checkpoint in Hugging Face's form. No LibTorch.
#pragma once
#include <filesystem>
#include <nlohmann/json_fwd.hpp>

#include "weights/llama_shape.h"

namespace steepest::weights {

/// The shape that a configuration states. Throws options::InputError, with the key of config.json, for another architecture, and for what this one
/// does not compute: biases, scaled rotations, another activation, quantised weights, sizes that do not go together.
LlamaShape llama_shape(const nlohmann::json& config);

/// Of `folder`/config.json, which every complaint names.
LlamaShape read_llama_config(const std::filesystem::path& folder);

}  // namespace steepest::weights
