// checkpoint_base_test.cpp: runs on a checkpoint: what they cost, that they resume, what they leave behind.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "data/token_file.h"
#include "matrix/kernels.h"
#include "matrix/torch_version.h"
#include "model/llama.h"
#include "optim/flop_counter.h"
#include "run/run.h"
#include "small_fine_tuning.h"
#include "weights/llama_config.h"
#include "weights/support.h"

namespace steepest::experiment {
namespace {

using ::testing::HasSubstr;
using weights::testing::kept;

/// A file of tokens below 32.
void put_tokens(const std::filesystem::path& file, std::int64_t count) {
  std::vector<std::int32_t> header(256);
  header[0] = data::kShortMagic, header[1] = data::kShortVersion, header[2] = static_cast<std::int32_t>(count);
  std::vector<std::uint16_t> tokens;
  for (std::int64_t i = 0; i < count; ++i) tokens.push_back(static_cast<std::uint16_t>((i * i + i / 3) % 32));
  std::ofstream stream(file, std::ios::binary);
  stream.write(reinterpret_cast<const char*>(header.data()), static_cast<std::streamsize>(data::kTokenHeaderBytes));
  stream.write(reinterpret_cast<const char*>(tokens.data()), static_cast<std::streamsize>(2 * tokens.size()));
}

class LlamaRun : public ::testing::Test {
 protected:
  LlamaRun() {
    put_tokens(folder_ / "tokens.bin", 400);
    model::LlamaOptions model;
    model.rank = 2;
    model.lora_alpha = 6;
    model.shape = weights::read_llama_config(kept("plain"));
    run_.model = model;
    run_.data.name = "tokens";
    run_.data.file = "tokens.bin";
    run_.data.vocabulary = model.shape.vocabulary;
    run_.base = run::CheckpointBase{"plain", "", "", ""};
    run_.training.batch = 3;
    run_.training.context = 8;
    run_.training.steps = 6;
  }
  model::LlamaOptions& model() { return std::get<model::LlamaOptions>(run_.model); }
  run::CheckpointBase& base() { return *run::checkpoint_of(run_); }
  BaseShelf shelf() const {
    auto made = experiment::shelf(folder_ / "base");
    made.data = data::Folders({folder_ / "", kept("")});
    return made;
  }
  Start start() const { return {{}, base_network(run_, data::CharacterTokenizer(""), shelf())}; }
  std::unique_ptr<Trainer> trainer() const { return std::make_unique<Trainer>(run_, folder_ / "", start()); }
  std::string complaint() const {
    return weights::testing::complaint([&] { start(); });
  }

  Folder folder_;
  run::TrainingRun run_;
};

TEST_F(LlamaRun, LearnsAndLeavesAnAdapterThatItCanGoOnFrom) {
  const double before = trainer()->validate();
  const auto first = trainer();
  EXPECT_EQ(first->run(silent()), Outcome::completed);
  const double trained = first->validate();
  EXPECT_LT(trained, before);
  std::filesystem::create_directories(folder_ / "adapter");
  std::ofstream(folder_ / "adapter/adapter_model.safetensors", std::ios::binary) << first->adapter({});
  base().adapter = "adapter";
  EXPECT_NEAR(trainer()->validate(), trained, 1e-6);
  EXPECT_EQ(trainer()->parameter_hash(), first->parameter_hash());
}

TEST_F(LlamaRun, StoppedAndResumedEqualsUninterrupted) {
  for (const char* factors : {"lora", "principal"}) {
    for (const char* precision : {"float32", "bf16"}) {
      model().init.factors = factors;
      run_.precision = precision;
      const auto whole = trainer(), before = trainer(), after = trainer();
      whole->run(silent());
      before->run({[](const std::string&, std::int64_t, double) {}, [](std::int64_t step) { return step < 3; }});
      before->save(folder_ / "run.pt", "identity");
      after->load(folder_ / "run.pt", "identity");
      after->run(silent());
      EXPECT_EQ(after->parameter_hash(), whole->parameter_hash()) << factors << " " << precision;
    }
  }
}

TEST_F(LlamaRun, EveryOptimizerOfFactorsTrainsIt) {
  const double before = trainer()->validate();
  for (const optim::AnyOptions& optimizer : {optim::AnyOptions(optim::SpectronOptions{}), optim::AnyOptions(optim::AdamWOptions{0.01}),
                                             optim::AnyOptions(optim::ScaledGdOptions{}), optim::AnyOptions(optim::MuonOptions{})}) {
    run_.optimizer = optimizer;
    const auto trained = trainer();
    EXPECT_EQ(trained->run(silent()), Outcome::completed);
    EXPECT_LT(trained->validate(), before);
  }
}

// Not a product is left over, whichever layers have adapters: what is frozen needs no gradient, and nothing before the first that is trained.
TEST_F(LlamaRun, CostsTheProductsThatItMakes) {
  run_.kernels = model::Kernels::simple;
  const auto counted = [&](std::int64_t steps) {
    run::TrainingRun run = run_;
    run.training.steps = steps;
    const matrix::NoKernels seen_by_the_counter;
    Trainer trainer(run, folder_ / "", start());
    testing::FlopCounter counter;
    trainer.run(silent());
    return counter.flops();
  };
  const std::vector<std::vector<std::string>> adapted = {{"q_proj", "v_proj"},
                                                         {"o_proj"},
                                                         {"gate_proj", "down_proj"},
                                                         {"up_proj"},
                                                         {"q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"}};
  for (const auto& layers : adapted) {
    for (const char* factors : {"lora", "principal"}) {
      model().low_rank_layers = layers;
      model().init.factors = factors;
      run::TrainingRun one = run_;
      one.training.steps = 1;
      // A fused attention makes the gradient of frozen keys with the others; one put together from products does not (flops_test.cpp).
      const bool keys_alone = layers.size() == 2 && layers.front() == "q_proj" && !STEEPEST_TORCH_AT_LEAST(2, 1);
      const double of_keys = keys_alone ? 2.0 * 3 * 8 * 8 * 16 : 0;
      EXPECT_EQ(counted(4) - counted(3), one.flops() - of_keys) << layers.front() << " " << factors;
    }
  }
}

TEST_F(LlamaRun, OtherWeightsThanTheRunKnowsAreRefused) {
  base().sha256 = std::string(64, 'a');
  EXPECT_THAT(complaint(), HasSubstr("base.path: " + kept("plain").string() + " has SHA-256 "));
  base() = {"nowhere", "", "", ""};
  EXPECT_THAT(complaint(), HasSubstr("base.path: there is no folder nowhere in "));
  base() = {"plain", "", "nowhere", ""};
  EXPECT_THAT(complaint(), HasSubstr("base.adapter: there is no folder nowhere in "));
  base() = {"tied", "", "", ""};
  EXPECT_THAT(complaint(), HasSubstr("states another network"));
  base() = {"plain", "", "", ""};
  run_.data.vocabulary = 31;
  EXPECT_THAT(weights::testing::complaint([&] { trainer(); }), HasSubstr("has the token 31, and the vocabulary is 31"));
}

}  // namespace
}  // namespace steepest::experiment
