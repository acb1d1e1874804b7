// adapter_test.cpp: PEFT's configuration of an adapter, read and written.
#include "weights/adapter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "weights/support.h"
#include "weights/tensors.h"

namespace steepest::weights {
namespace {

using nlohmann::json;
using testing::complaint;
using ::testing::HasSubstr;
using testing::kept;

TEST(LlamaAdapter, OfPeftIsRead) {
  const AdapterConfig expected{2, 6, {"down_proj", "q_proj", "v_proj"}, ""};
  EXPECT_EQ(read_adapter_config(kept("adapter")), expected);
  const auto tensors = Tensors::in_folder(kept("adapter"), kAdapterModel);
  const auto names = adapter_names("layers.1." + module_path("down_proj"));
  EXPECT_EQ(tensors.shape(names.A), (std::vector<std::int64_t>{2, 12}));
  EXPECT_EQ(tensors.shape(names.B), (std::vector<std::int64_t>{8, 2}));
}

TEST(LlamaAdapter, WhatIsWrittenIsRead) {
  for (const double alpha : {16.0, 2.5}) {
    const AdapterConfig config{4, alpha, {"k_proj", "up_proj"}, "base"};
    EXPECT_EQ(adapter_config(to_json(config)), config);
  }
}

TEST(LlamaAdapter, OtherKindsAreRefused) {
  const json sound = to_json({2, 6, {"q_proj"}, ""});
  const auto said = [&](const char* key, const json& value) {
    json config = sound;
    config[key] = value;
    return complaint([&] { adapter_config(config); });
  };
  ASSERT_EQ(complaint([&] { adapter_config(sound); }), "");
  EXPECT_THAT(said("peft_type", "IA3"), HasSubstr("peft_type: found \"IA3\"; valid: \"LORA\""));
  EXPECT_THAT(said("use_dora", true), HasSubstr("use_dora: found \"true\""));
  EXPECT_THAT(said("use_rslora", true), HasSubstr("use_rslora: found \"true\""));
  EXPECT_THAT(said("bias", "all"), HasSubstr("bias: found \"all\""));
  EXPECT_THAT(said("rank_pattern", {{"q_proj", 4}}), HasSubstr("every layer has an adapter of one kind"));
  EXPECT_THAT(said("modules_to_save", {"lm_head"}), HasSubstr("modules_to_save: found"));
  EXPECT_THAT(said("r", 0), HasSubstr("r: found \"0\""));
  EXPECT_THAT(said("r", "8"), HasSubstr("r: found \"8\""));
  EXPECT_THAT(said("lora_alpha", nullptr), HasSubstr("lora_alpha: found \"null\""));
  EXPECT_THAT(said("target_modules", "all-linear"), HasSubstr("a list of names"));
  EXPECT_THAT(said("target_modules", json::array()), HasSubstr("a list of names"));
}

TEST(LlamaAdapter, KeptFilesAreThoseOfTheRun) {
  const testing::Folder folder;
  const std::string identity(64, 'a'), hash(64, 'b');
  const auto mine = folder.put(kept_adapter(identity, hash), "");
  folder.put(kept_adapter(std::string(64, 'c'), hash), "");
  folder.put(identity + ".pt", "");
  EXPECT_EQ(kept_adapters(folder.path(), identity), std::vector{mine});
  EXPECT_TRUE(kept_adapters(folder.path() / "none", identity).empty());
}

}  // namespace
}  // namespace steepest::weights
