// llama_run_test.cpp: a run on a checkpoint is known by what the folder holds, and its sizes come from there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "run/identity.h"
#include "run/inputs.h"

namespace steepest::run {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;

const weights::LlamaShape kShape{30, 576, 9, 3, 64, 1536, 49152, 1e-5, 100000, true};

json config(const json& changes = json::object()) {
  json run = {{"model", {{"name", "llama"}}},
              {"optimizer", {{"name", "lora_muon"}}},
              {"embedding_optimizer", {{"name", "adamw"}}},
              {"data", {{"name", "tokens"}, {"file", "a.bin"}, {"sha256", std::string(64, 'd')}}},
              {"schedule", json::object()},
              {"training", json::object()},
              {"base", {{"name", "checkpoint"}, {"path", "model"}}}};
  if (changes.is_object()) run.merge_patch(changes);
  return run;
}

/// A checkpoint of this content, wherever it is looked for.
Completion holding(const CheckpointContent& content) {
  Completion completion;
  completion.checkpoint = [content](CheckpointBase&) { return content; };
  return completion;
}

AnyRun completed(const json& changes = json::object(), const CheckpointContent& content = {std::string(64, 'a'), kShape}) {
  AnyRun run = read_run(config(changes));
  complete_inputs(run, holding(content));
  return run;
}

std::string complaint(const json& changes, const CheckpointContent& content = {std::string(64, 'a'), kShape}) {
  try {
    completed(changes, content);
  } catch (const options::InputError& error) { return error.what(); }
  return {};
}

TEST(LlamaRun, TakesItsSizesFromTheCheckpoint) {
  const AnyRun run = completed();
  const auto& training = std::get<TrainingRun>(run);
  EXPECT_EQ(std::get<model::LlamaOptions>(training.model).shape, kShape);
  EXPECT_EQ(training.data.vocabulary, 49152);
  EXPECT_EQ(checkpoint_of(training)->sha256, std::string(64, 'a'));
  EXPECT_EQ(identity(read_run(to_json(run))), identity(run)) << "what is stored is read back";
  const double forward = 2 * (30.0 * (2 * 576 * 576 + 2 * 192 * 576 + 3 * 1536 * 576) + 49152.0 * 576);
  const double a_token = flops(run) / (256.0 * 32 * 128);
  EXPECT_GT(a_token, 1.9 * forward);
  EXPECT_LT(a_token, 2.4 * forward) << "no gradients of what is frozen";
  EXPECT_EQ(model::parameter_counts(training.model, 49152, training.trained()).total(), 30 * 8 * (576 + 576 + 576 + 192));
}

TEST(LlamaRun, IsKnownByWhatTheFolderHolds) {
  const std::string own = identity(completed());
  EXPECT_EQ(identity(completed({{"base", {{"path", "elsewhere"}}}})), own);
  EXPECT_NE(identity(completed({}, {std::string(64, 'b'), kShape})), own) << "other weights";
  auto shape = kShape;
  shape.rope_base = 10000;
  EXPECT_NE(identity(completed({}, {std::string(64, 'a'), shape})), own) << "computed otherwise";
  const CheckpointContent adapted{std::string(64, 'a'), kShape, weights::AdapterConfig{8, 16, {"q_proj", "v_proj"}, ""},
                                  std::string(64, 'e')};
  EXPECT_NE(identity(completed({{"base", {{"adapter", "adapter"}}}}, adapted)), own) << "another start";
}

TEST(LlamaRun, WhatDoesNotGoTogetherIsRefused) {
  EXPECT_EQ(complaint({}), "");
  EXPECT_THAT(complaint({{"base", {{"sha256", std::string(64, 'f')}}}}),
              AllOf(HasSubstr("base.sha256: model has SHA-256 aaaa"), HasSubstr("expected ffff")));
  EXPECT_THAT(complaint({{"data", {{"vocabulary", 100}}}}), HasSubstr("data.vocabulary: found 100, and the checkpoint's is 49152"));
  EXPECT_THAT(complaint({{"model", {{"shape", {{"layers", 3}}}}}}), HasSubstr("model.shape: some of its sizes are 0"));
  auto other = kShape;
  other.layers = 3;
  EXPECT_THAT(complaint({{"model", {{"shape", options::to_json(other)}}}}),
              HasSubstr("model.shape: another than config.json of model states"));
  EXPECT_THAT(complaint({{"model", {{"rank", 200}, {"low_rank_layers", {"k_proj"}}}}}),
              HasSubstr("model.rank: rank 200 is more than a k_proj matrix of 192 x 576 can have"));
  EXPECT_THAT(complaint({{"model", {{"rank", 0}}}}), HasSubstr("model.rank"));
  EXPECT_THAT(complaint({{"model", {{"low_rank_layers", json::array()}}}}), HasSubstr("nothing would be trained"));
  EXPECT_THAT(complaint({{"model", {{"low_rank_layers", {"query"}}}}}), HasSubstr("q_proj"));
  EXPECT_THAT(complaint({{"model", {{"low_rank_layers", {"q_proj", "q_proj"}}}}}), HasSubstr("a layer is named twice"));
  EXPECT_THAT(complaint({{"data", {{"name", "text"}}}}), HasSubstr("data=tokens data.file=NAME"));
  EXPECT_THAT(complaint({{"base", {{"path", ""}}}}), HasSubstr("base.path: no folder is named"));
  const auto refused = [](const json& changes) {
    try {
      read_run(config(changes));
    } catch (const options::InputError& error) { return std::string(error.what()); }
    return std::string();
  };
  const json trained = {{"name", "trained"},
                        {"path", nullptr},
                        {"data", {{"name", "tokens"}}},
                        {"optimizer", {{"name", "muon"}}},
                        {"embedding_optimizer", {{"name", "adamw"}}},
                        {"schedule", json::object()},
                        {"training", json::object()}};
  EXPECT_THAT(refused({{"model", {{"name", "transformer"}}}, {"data", {{"name", "text"}}}, {"base", trained}}),
              HasSubstr("base.data.name: found \"tokens\""));
  EXPECT_EQ(refused({{"model", {{"name", "transformer"}}}, {"base", nullptr}}), "") << "tokens can be read from scratch";
  EXPECT_THAT(complaint({{"base", nullptr}}), HasSubstr("+base=checkpoint base.path=DIR"));
  EXPECT_THAT(complaint({{"model", {{"name", "transformer"}}}}), HasSubstr("model.name: a checkpoint is of Llama's architecture"));
}

TEST(LlamaRun, AnAdapterThatIsGoneOnWithIsTheRunsOwn) {
  const auto said = [](const weights::AdapterConfig& adapter, json changes = json::object()) {
    changes.merge_patch({{"base", {{"adapter", "adapter"}}}});
    return complaint(changes, {std::string(64, 'a'), kShape, adapter, std::string(64, 'e')});
  };
  EXPECT_EQ(said({8, 16, {"q_proj", "v_proj"}, ""}), "");
  EXPECT_THAT(said({4, 16, {"q_proj", "v_proj"}, ""}), HasSubstr("model.rank: found 8, and the adapter has r = 4; valid: 4"));
  EXPECT_THAT(said({8, 8, {"q_proj", "v_proj"}, ""}), HasSubstr("model.lora_alpha: found 16, and the adapter has 8; valid: 8"));
  EXPECT_THAT(said({8, 16, {"k_proj", "v_proj"}, ""}),
              HasSubstr("model.low_rank_layers: the adapter's target_modules are others; valid: [k_proj, v_proj]"));
  EXPECT_THAT(said({8, 16, {"q_proj", "v_proj"}, ""}, {{"model", {{"init", {{"factors", "principal"}}}}}}),
              HasSubstr("training starts from base.adapter"));
}

TEST(LlamaRun, WithoutALookNothingIsLeftOpen) {
  AnyRun run = read_run(config());
  EXPECT_THROW(complete_inputs(run, {}), options::InputError);
  AnyRun known = completed();
  EXPECT_NO_THROW(complete_inputs(known, {}));
}

}  // namespace
}  // namespace steepest::run
