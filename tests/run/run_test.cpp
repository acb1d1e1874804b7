// run_test.cpp: a run read, written, and refused.
#include "run/run.h"

#include <gmock/gmock.h>

#include <random>
#include <set>

#include "model/all_models.h"
#include "transformer_of.h"

namespace steepest::run {
namespace {

using nlohmann::json;
using testing::HasSubstr;

json sample() { return to_json(TrainingRun()); }

options::InputError::Parts complaint(const json& config) {
  try {
    read_run(config);
  } catch (const options::InputError& error) { return error.parts(); }
  ADD_FAILURE() << "accepted";
  return {};
}

/// The complaint about the default run with some keys set.
options::InputError::Parts complaint_with(const std::vector<std::pair<std::string, json>>& changes) {
  json config = sample();
  for (const auto& [pointer, value] : changes) config[json::json_pointer(pointer)] = value;
  return complaint(config);
}

TEST(Run, ReadingInvertsWriting) {
  EXPECT_EQ(to_json(read_run(sample())), sample());
  std::mt19937 random(7);
  const auto pick = [&](auto... options) {
    const std::vector<json> all = {json(options)...};
    return all[random() % all.size()];
  };
  for (int trial = 0; trial < 100; ++trial) {
    json config = sample();
    config["seed"] = pick(0, 1, 1234567);
    config["device"] = pick("cpu", "cuda", "cuda:3");
    config["precision"] = pick("float32", "float64");
    config["model"]["width"] = pick(32, 64, 128);
    config["model"]["heads"] = pick(1, 2, 4);
    config["model"]["rank"] = pick(1, 2, 32);
    config["model"]["mlp"] = pick("gelu", "relu2", "swiglu");
    config["model"]["tied_head"] = pick(true, false);
    config["model"]["init"]["factor_scale"] = pick(1.0, 3.0, 1.0 / 3);
    config["optimizer"]["learning_rate"] = pick(0.03, 0.1, 0.30000000000000004);
    if (random() % 2) {
      config["model"]["rank"] = "dense";
      config["optimizer"] = options::to_json(optim::AnyOptions(optim::MuonOptions{}));
    }
    EXPECT_EQ(to_json(read_run(json::parse(config.dump()))), config);
  }
}

TEST(Run, AbsentKeysTakeTheirDefaults) {
  json config = sample();
  config["model"].erase("rank");
  config["training"] = json::object();
  config.erase("seed");
  EXPECT_EQ(to_json(read_run(config)), sample());
}

TEST(Run, UnknownSectionsAndKeysAreNamedWithTheNearest) {
  EXPECT_EQ(complaint_with({{"/trainig", json::object()}}).nearest, "training");
  EXPECT_EQ(complaint_with({{"/model/widht", 3}}).key, "model.widht");
  EXPECT_EQ(complaint_with({{"/model/widht", 3}}).nearest, "width");
  EXPECT_EQ(complaint_with({{"/optimizer/name", "muom"}}).nearest, "muon");
  EXPECT_EQ(complaint_with({{"/optimizer/nesterov", true}}).key, "optimizer.nesterov");
  json config = sample();
  config.erase("schedule");
  EXPECT_EQ(complaint(config).key, "schedule");
}

struct Nonsense {
  std::vector<std::pair<std::string, json>> changes;
  const char* key;
};
class RunChecks : public testing::TestWithParam<Nonsense> {};

TEST_P(RunChecks, RefuseWhatDoesNotGoTogether) {
  const auto parts = complaint_with(GetParam().changes);
  EXPECT_EQ(parts.key, GetParam().key);
  EXPECT_FALSE(parts.valid.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Runs, RunChecks,
    testing::Values(Nonsense{{{"/model/heads", 3}}, "model.heads"}, Nonsense{{{"/model/heads", 128}}, "model.heads"},
                    Nonsense{{{"/model/rank", 129}}, "model.rank"},
                    Nonsense{{{"/model/mlp_ratio", 0.25}, {"/model/rank", 33}}, "model.rank"},
                    Nonsense{{{"/model/mlp_ratio", 0.001}}, "model.mlp_ratio"}, Nonsense{{{"/model/rank", "dense"}}, "optimizer.name"},
                    Nonsense{{{"/model/low_rank_layers", {"query", "mlp"}}}, "model.low_rank_layers"},
                    Nonsense{{{"/embedding_optimizer", {{"name", "muon"}}}}, "embedding_optimizer.name"},
                    Nonsense{{{"/embedding_optimizer", {{"name", "lora_muon"}}}}, "embedding_optimizer.name"},
                    Nonsense{{{"/embedding_optimizer/betas", {0.9}}}, "embedding_optimizer.betas"},
                    Nonsense{{{"/optimizer/weight_decay", 20.0}}, "optimizer.weight_decay"}, Nonsense{{{"/device", "gpu"}}, "device"},
                    Nonsense{{{"/device", "cuda:"}}, "device"}, Nonsense{{{"/device", "cuda:x"}}, "device"},
                    Nonsense{{{"/precision", "float16"}}, "precision"}, Nonsense{{{"/seed", -1}}, "seed"},
                    Nonsense{{{"/schedule/warmup_steps", 257}}, "schedule.warmup_steps"},
                    Nonsense{{{"/data/sha256", "abc"}}, "data.sha256"}, Nonsense{{{"/data/file", "../x"}}, "data.file"},
                    Nonsense{{{"/data/name", "synthetic"}, {"/data/characters", 10000}, {"/training/context", 2000}}, "data.characters"},
                    Nonsense{{{"/other_data", {{"name", "tokens"}, {"file", "x.bin"}}}}, "other_data.name"},
                    Nonsense{{{"/other_data", {{"name", "text"}, {"file", "../x"}}}}, "other_data.file"}));

TEST(RunChecks, AllowWhatLooksOddButWorks) {
  for (const auto& changes :
       std::vector<std::vector<std::pair<std::string, json>>>{{{"/model/heads", 128}, {"/model/position", "none"}},
                                                              {{"/model/rank", 128}},
                                                              {{"/optimizer", {{"name", "muon"}}}},
                                                              {{"/optimizer", {{"name", "adamw"}}}, {"/model/rank", "dense"}},
                                                              {{"/optimizer", {{"name", "muon"}}}, {"/model/low_rank_layers", {"query"}}},
                                                              {{"/device", "cuda:11"}},
                                                              {{"/schedule/warmup_steps", 256}}}) {
    json config = sample();
    for (const auto& [pointer, value] : changes) config[json::json_pointer(pointer)] = value;
    EXPECT_NO_THROW(read_run(config)) << config["model"];
  }
}

TEST(Schema, ListsEveryKeyOfARunWithHelp) {
  std::set<std::string> keys;
  for (const auto& row : schema()) {
    EXPECT_FALSE(row.help.empty()) << row.key;
    EXPECT_FALSE(row.valid.empty()) << row.key;
    keys.insert(row.key);
  }
  const json flat = sample().flatten();
  for (const auto& item : flat.items()) {
    std::string key = item.key().substr(1);
    std::replace(key.begin(), key.end(), '/', '.');
    if (std::isdigit(static_cast<unsigned char>(key.back())) && key.find("sha256") == std::string::npos) key.resize(key.rfind('.'));
    EXPECT_TRUE(keys.count(key)) << key;
  }
  EXPECT_TRUE(keys.count("optimizer.nesterov"));
}

TEST(TransformerShapes, CountsAgreeWithThePaperInPercent) {
  // papers.md: separate q, k, v, o and one 65 x 128 table counted, rank 2 is 4.37 % of dense with a GELU MLP of 4d and
  // 4.27 % with a SwiGLU of hidden 384.
  model::TransformerOptions gelu;
  gelu.rank = 2;
  gelu.tied_head = true;
  const auto percent = [](const model::TransformerOptions& options) {
    const auto counts = model::parameter_counts(options, 65);
    return 100.0 * static_cast<double>(counts.total()) / static_cast<double>(counts.total_dense());
  };
  EXPECT_NEAR(percent(gelu), 4.37, 0.005);
  model::TransformerOptions swiglu = gelu;
  swiglu.mlp = "swiglu";
  swiglu.mlp_ratio = 3;
  EXPECT_NEAR(percent(swiglu), 4.27, 0.005);
  gelu.tied_head = false;
  EXPECT_GT(percent(gelu), 6.1);
  EXPECT_LT(percent(gelu), 6.35);
  gelu.rank = 0;
  EXPECT_EQ(percent(gelu), 100.0);
}

json sample_flow() { return to_json(FlowRun()); }

json sample_fine_tuning() {
  TrainingRun run;
  run.base.emplace();
  std::get<TrainedBase>(*run.base).data.name = "synthetic";
  transformer_of(run).init.factors = "lora";
  return to_json(run);
}

TEST(Run, ReadingInvertsWritingForFlowsAndFineTuning) {
  for (const json& config : {sample_flow(), sample_fine_tuning()}) EXPECT_EQ(to_json(read_run(json::parse(config.dump()))), config);
  EXPECT_TRUE(std::holds_alternative<FlowRun>(read_run(sample_flow())));
  EXPECT_TRUE(std::get<TrainingRun>(read_run(sample_fine_tuning())).base.has_value());
  EXPECT_FALSE(sample().contains("base"));  // so that a run from scratch keeps its identity
}

TEST(Run, RefusesWhatAFlowOrABaseCannotHave) {
  const auto with = [](json config, const std::string& pointer, const json& value) {
    config[json::json_pointer(pointer)] = value;
    return complaint(config);
  };
  EXPECT_EQ(with(sample_flow(), "/model", json::object()).key, "model");
  EXPECT_EQ(with(sample_flow(), "/flow/smoothing_square", 1.0).nearest, "smoothing_squared");
  EXPECT_EQ(with(sample_flow(), "/flow/time_step", 100.0).key, "flow.end_time");
  EXPECT_EQ(with(sample_flow(), "/flow/time_step", 1e-9).key, "flow.end_time");
  EXPECT_EQ(with(sample_flow(), "/problem/rank", 61).key, "problem.rank");
  EXPECT_EQ(with(sample_flow(), "/problem/singular_values", json::array()).key, "problem.singular_values");
  EXPECT_EQ(with(sample_fine_tuning(), "/base/optimizer/learning_rat", 1.0).nearest, "learning_rate");
  EXPECT_EQ(with(sample_fine_tuning(), "/base/optimizer/weight_decay", 1e3).key, "base.optimizer.weight_decay");
  EXPECT_EQ(with(sample_fine_tuning(), "/base/schedule/warmup_steps", 1000).key, "base.schedule.warmup_steps");
  EXPECT_EQ(with(sample_fine_tuning(), "/base/optimizer", options::to_json(optim::AnyOptions(optim::LoraMuonOptions{}))).key,
            "base.optimizer.name");
  EXPECT_EQ(with(sample_fine_tuning(), "/base/model", json::object()).key, "base.model");
  EXPECT_EQ(with(sample_fine_tuning(), "/base", 3).key, "base");
  EXPECT_EQ(complaint_with({{"/model/init/factors", "lora"}}).key, "model.init.factors");
  EXPECT_EQ(complaint_with({{"/model/init/factors", "principal"}}).key, "model.init.factors");
  EXPECT_NO_THROW(read_run([] {
    json config = sample_fine_tuning();
    config["model"]["low_rank_layers"] = {"query", "value"};  // the others are frozen
    return config;
  }()));
}

TEST(Run, RunsOnOneBaseAskForTheSameBase) {
  TrainingRun run;
  run.base.emplace();
  TrainingRun other = run;
  other.seed = 5;
  transformer_of(other).rank = 2;
  transformer_of(other).low_rank_layers = {"query"};
  transformer_of(other).init.factors = "principal";
  other.optimizer = optim::AdamWOptions{};
  EXPECT_EQ(to_json(training_of(std::get<TrainedBase>(*run.base), run)), to_json(training_of(std::get<TrainedBase>(*other.base), other)));
  transformer_of(other).width = 64;
  EXPECT_NE(to_json(training_of(std::get<TrainedBase>(*run.base), run)), to_json(training_of(std::get<TrainedBase>(*other.base), other)));
}

TrainingRun on_shakespeare() {
  TrainingRun run;
  run.data.vocabulary = 65;
  return run;
}

TEST(Flops, AreTokensTimesProductsAndStepsTimesUpdates) {
  // 2 layers of 12 d^2 hidden weights and a head of V d, 6 operations each, and 12 T d a layer for attention; Muon's own products once a step.
  const double d = 128, tokens = 32.0 * 128, steps = 256;
  const double muon = 2 * (4 * optim::MuonOptions{}.cost({d, d}).flops + optim::MuonOptions{}.cost({4 * d, d}).flops +
                           optim::MuonOptions{}.cost({d, 4 * d}).flops);
  for (const double vocabulary : {65, 27, 200}) {
    TrainingRun dense = on_shakespeare();
    transformer_of(dense).rank = 0;
    dense.optimizer = optim::MuonOptions{};
    dense.data.vocabulary = static_cast<std::int64_t>(vocabulary);
    const double network = tokens * (6 * (2 * 12 * d * d + vocabulary * d) + 2 * 12 * 128 * d);
    EXPECT_DOUBLE_EQ(flops(dense), steps * (network + muon));
    EXPECT_GT(muon, 0.1 * network) << "no rounding error";
    dense.optimizer = optim::AdamWOptions{};
    EXPECT_DOUBLE_EQ(flops(dense), steps * network) << "AdamW multiplies no matrices";
  }
}

TEST(Flops, OfMoreTokensAreThoseOfTheNetworkAlone) {
  TrainingRun run = on_shakespeare();
  const double once = flops(run);
  run.training.steps *= 3;
  EXPECT_DOUBLE_EQ(flops(run), 3 * once);
  run.training.batch *= 2;
  EXPECT_LT(flops(run), 6 * once);
  TrainingRun dense = on_shakespeare();
  transformer_of(dense).rank = 0;
  EXPECT_GT(flops(dense), once);
}

TEST(Flops, AreNotToldWhileTheVocabularyIsLeftOpen) { EXPECT_THROW(flops(TrainingRun()), std::invalid_argument); }

TEST(ParameterCounts, OfFineTuningAreThoseOfWhatIsTrained) {
  model::TransformerOptions options;
  options.low_rank_layers = {"query"};
  options.rank = 8;
  const auto scratch = model::parameter_counts(options, 65), tuned = model::parameter_counts(options, 65, {true, false});
  EXPECT_EQ(tuned.hidden, 2 * 8 * (128 + 128));
  EXPECT_EQ(tuned.total(), tuned.hidden);
  EXPECT_EQ(scratch.hidden, tuned.hidden + 2 * (3 * 128 * 128 + 2 * 4 * 128 * 128));
  options.rank = 0;
  EXPECT_EQ(model::parameter_counts(options, 65, {true, true}).total(), model::parameter_counts(options, 65).total());
}

}  // namespace
}  // namespace steepest::run
