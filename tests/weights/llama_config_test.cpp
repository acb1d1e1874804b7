// llama_config_test.cpp: which config.json is one of Llama's architecture, and what it says.
#include "weights/llama_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "weights/support.h"

namespace steepest::weights {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using testing::complaint;
using ::testing::HasSubstr;
using testing::kept;

TEST(LlamaConfig, StatesTheShape) {
  const LlamaShape plain{2, 8, 4, 2, 4, 12, 32, 1e-5, 10000, false}, tied{2, 8, 2, 1, 4, 12, 32, 1e-3, 500, true};
  EXPECT_EQ(read_llama_config(kept("plain")), plain);
  EXPECT_EQ(read_llama_config(kept("tied")), tied);
}

// transformers 4 has rope_theta at the top and rope_scaling beside it, version 5 both in rope_parameters.
TEST(LlamaConfig, IsReadInItsOlderFormToo) {
  json config = testing::json_in(kept("tied") / "config.json");
  const LlamaShape shape = llama_shape(config);
  config.erase("rope_parameters");
  config["rope_theta"] = 500.0;
  config["rope_scaling"] = nullptr;
  EXPECT_EQ(llama_shape(config), shape);
  for (const char* key :
       {"head_dim", "num_key_value_heads", "rms_norm_eps", "rope_theta", "tie_word_embeddings", "architectures", "hidden_act"})
    config.erase(key);
  config["num_attention_heads"] = 2;
  const LlamaShape standard{2, 8, 2, 2, 4, 12, 32, 1e-6, 10000, false};
  EXPECT_EQ(llama_shape(config), standard);
}

TEST(LlamaConfig, WhatIsNotComputedIsRefused) {
  const json sound = testing::json_in(kept("plain") / "config.json");
  const auto said = [&](const char* key, const json& value) {
    json config = sound;
    config[key] = value;
    return complaint([&] { llama_shape(config); });
  };
  ASSERT_EQ(complaint([&] { llama_shape(sound); }), "");
  EXPECT_THAT(said("model_type", "mistral"), AllOf(HasSubstr("model_type: found \"mistral\""), HasSubstr("valid: llama")));
  EXPECT_THAT(said("architectures", {"LlamaForSequenceClassification"}), HasSubstr("valid: [\"LlamaForCausalLM\"]"));
  EXPECT_THAT(said("rope_scaling", {{"rope_type", "llama3"}, {"factor", 8.0}}), HasSubstr("scaled rotations are not computed"));
  EXPECT_THAT(said("rope_parameters", {{"rope_type", "yarn"}}), HasSubstr("rope_parameters: found"));
  EXPECT_THAT(said("rope_parameters", {{"rope_type", "default"}, {"partial_rotary_factor", 0.5}}), HasSubstr("partial_rotary_factor 1"));
  EXPECT_THAT(said("attention_bias", true), HasSubstr("attention_bias: found \"true\"; valid: false, since"));
  EXPECT_THAT(said("mlp_bias", true), HasSubstr("mlp_bias: found \"true\"; valid: false, since"));
  EXPECT_THAT(said("mlp_bias", "no"), HasSubstr("valid: true or false"));
  EXPECT_THAT(said("hidden_act", "gelu"), HasSubstr("hidden_act: found \"gelu\"; valid: silu"));
  EXPECT_THAT(said("quantization_config", json::object()), HasSubstr("the weights are quantised"));
  EXPECT_THAT(said("num_key_value_heads", 3), HasSubstr("a divisor of num_attention_heads, 4"));
  EXPECT_THAT(said("head_dim", 5), HasSubstr("an even number"));
  EXPECT_THAT(said("hidden_size", 0), HasSubstr("hidden_size: found \"0\"; valid: a whole number of at least 1"));
  EXPECT_THAT(said("hidden_size", 1e30), HasSubstr("hidden_size: found"));
  EXPECT_THAT(said("vocab_size", nullptr), HasSubstr("vocab_size: missing"));
  EXPECT_THAT(said("rms_norm_eps", -1), HasSubstr("rms_norm_eps: found \"-1\"; valid: a number above 0"));
}

TEST(LlamaConfig, ComplaintsNameTheFile) {
  const testing::Folder folder;
  const auto said = [&](const std::string& text) {
    folder.put("config.json", text);
    return complaint([&] { read_llama_config(folder.path()); });
  };
  const std::string file = (folder.path() / "config.json").string();
  EXPECT_EQ(said("{"), file + " holds no JSON object");
  EXPECT_EQ(said("{}"), file + ": model_type: missing; valid: llama");
  std::filesystem::remove(folder.path() / "config.json");
  EXPECT_EQ(complaint([&] { read_llama_config(folder.path()); }), file + " is missing or cannot be read");
}

}  // namespace
}  // namespace steepest::weights
