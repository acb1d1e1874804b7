// llama_test.cpp: fine-tuning of a checkpoint as a user calls it, from the folder to the adapter.
#include <cstring>

#include "e2e/support.h"
#include "weights/adapter.h"
#include "weights/support.h"
#include "weights/tensors.h"

namespace steepest::e2e {
namespace {

using weights::testing::kept;

class LlamaPrograms : public Programs {
 protected:
  LlamaPrograms() { put_tokens("tokens.bin", 32); }

  /// 600 tokens below `vocabulary`.
  void put_tokens(const std::string& name, int vocabulary) const {
    std::string bytes(1024, '\0');
    const std::int32_t header[] = {20240520, 1, 600};
    std::memcpy(bytes.data(), header, sizeof(header));
    for (int i = 0; i < 600; ++i) {
      const int token = (i * i + i / 7) % vocabulary;
      bytes += static_cast<char>(token & 255);
      bytes += static_cast<char>(token >> 8);
    }
    std::ofstream(folder_ / "data" / name, std::ios::binary) << bytes;
  }
  /// A copy of the small checkpoint below the data folder.
  std::filesystem::path put_checkpoint(const std::string& name) const {
    std::filesystem::copy(kept("plain"), folder_ / "data" / name, std::filesystem::copy_options::recursive);
    return folder_ / "data" / name;
  }
  static Words tuned(const std::string& path, Words more = {}) {
    Words all{"model=llama",       "model.rank=2",     "data=tokens",      "data.file=tokens.bin", "+base=checkpoint",
              "base.path=" + path, "training.steps=3", "training.batch=2", "training.context=8",   "optimizer.learning_rate=0.3"};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
  void expect_refused(const Words& all, const Words& said) const {
    const auto answer = steepest(all);
    EXPECT_EQ(answer.state.status, 2) << answer.errors;
    for (const auto& part : said) EXPECT_THAT(answer.errors, HasSubstr(part));
  }
};

TEST_F(LlamaPrograms, TheSameWeightsAreTheSameRunWhereverTheyLie) {
  put_checkpoint("model");
  ASSERT_EQ(steepest(words("run", tuned("model"))).state.status, 0);
  const auto again = steepest(words("run", tuned(kept("plain").string() + "/")));
  EXPECT_EQ(again.state.status, 0);
  EXPECT_THAT(again.errors, HasSubstr("nothing left to run"));
  // Of the place nothing is stored: neither in a run, nor in the name of what was asked.
  const std::string place = kept("plain").parent_path().string();
  EXPECT_EQ(value("SELECT count(*) FROM run WHERE config LIKE '%" + place + "%'"), "0");
  EXPECT_EQ(value("SELECT count(*) FROM study WHERE name || definition LIKE '%" + place + "%'"), "0");
  EXPECT_EQ(value("SELECT count(*) FROM run"), "1");
  const auto elsewhere = steepest(words("run", tuned(kept("plain").string())), "other.db");
  ASSERT_EQ(elsewhere.state.status, 0) << elsewhere.errors;
  EXPECT_EQ(value("SELECT parameter_hash FROM run", "other.db"), value("SELECT parameter_hash FROM run"));
}

TEST_F(LlamaPrograms, AnAdapterIsExportedAndGoneOnFrom) {
  put_checkpoint("model");
  ASSERT_EQ(steepest(words("run", tuned("model"))).state.status, 0);
  const auto out = folder_ / "data" / "adapter";
  const auto answer = steepest({"adapter", "export", "1", out.string()});
  ASSERT_EQ(answer.state.status, 0) << answer.errors;
  const auto config = weights::read_adapter_config(out);
  EXPECT_EQ(config, (weights::AdapterConfig{2, 16, {"q_proj", "v_proj"}, "model"}));
  EXPECT_EQ(weights::Tensors::in_folder(out, weights::kAdapterModel).names().size(), 8u);
  EXPECT_EQ(weights::Tensors::in_folder(out, weights::kAdapterModel).metadata().at("parameter_hash"),
            value("SELECT parameter_hash FROM run"));
  const auto more = steepest(words("run", tuned("model", {"base.adapter=adapter"})));
  ASSERT_EQ(more.state.status, 0) << more.errors;
  EXPECT_EQ(value("SELECT count(DISTINCT parameter_hash) FROM run"), "2");
  expect_refused(words("run", tuned("model", {"base.adapter=adapter", "model.lora_alpha=8"})),
                 {"model.lora_alpha: found 8, and the adapter has 16"});
}

TEST_F(LlamaPrograms, AnAdapterThatIsNotKeptIsMadeAgain) {
  put_checkpoint("model");
  ASSERT_EQ(steepest(words("run", tuned("model"))).state.status, 0);
  const Words exported{"adapter", "export", "1", (folder_ / "out").string()};
  std::filesystem::remove_all(folder_ / "checkpoints");
  expect_refused(exported, {"is not kept here", "steepest run --rerun 1"});
  ASSERT_EQ(steepest({"run", "--rerun", "1"}).state.status, 0);
  EXPECT_EQ(steepest(exported).state.status, 0);
  ASSERT_EQ(steepest({"delete", "1", "--yes"}).state.status, 0);
  EXPECT_TRUE(std::filesystem::is_empty(folder_ / "checkpoints"));
}

TEST_F(LlamaPrograms, WhatIsNoAdapterIsSaid) {
  ASSERT_EQ(steepest(words("run", tiny({"training.steps=2"}))).state.status, 0);
  expect_refused({"adapter", "export", "1", "out"}, {"run 1 has no adapter", "model=llama"});
  expect_refused({"adapter"}, {"steepest adapter export RUN DIR"});
  expect_refused({"adapter", "exprot", "1", "out"}, {"did you mean \"export\"?"});
  expect_refused({"adapter", "export", "1"}, {"takes a run and a folder", "1 words are given"});
}

TEST_F(LlamaPrograms, FoldersAndFilesThatDoNotFitAreRefusedBeforePlanning) {
  const auto model = put_checkpoint("model");
  expect_refused(words("run", tuned("nowhere")), {"base.path: there is no folder nowhere in ", "STEEPEST_DATA_DIR"});
  expect_refused(words("run", tuned("/nowhere/at/all")), {"base.path: there is no folder /nowhere/at/all"});
  put_tokens("tokens.bin", 33);
  expect_refused(words("run", tuned("model")), {"tokens.bin has the token 32, and the vocabulary is 32"});
  std::ofstream(folder_ / "data" / "tokens.bin") << "no tokens";
  expect_refused(words("run", tuned("model")), {"tokens.bin is not a file of tokens: it has 9 bytes"});
  put_tokens("tokens.bin", 32);
  std::filesystem::resize_file(model / "model.safetensors", 5000);
  expect_refused(words("run", tuned("model")), {"model.safetensors is not a safetensors file: its tensors take", "bytes, and"});
  std::filesystem::remove(model / "model.safetensors");
  expect_refused(words("run", tuned("model")), {"holds neither model.safetensors nor model.safetensors.index.json"});
  std::ofstream(model / "config.json") << R"({"model_type": "mistral"})";
  expect_refused(words("run", tuned("model")), {"config.json: model_type: found \"mistral\"; valid: llama"});
  expect_refused(words("run", {"model=llama", "data=tokens"}), {"+base=checkpoint base.path=DIR"});
  expect_refused(words("run", tuned("model", {"model.low_rank_layers=[query]"})), {"model.low_rank_layers", "q_proj"});
  EXPECT_FALSE(std::filesystem::exists(database())) << "nothing half-written";
}

}  // namespace
}  // namespace steepest::e2e
