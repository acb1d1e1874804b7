// proxy_test.cpp: the proxy of a dense network, on the project's own experiments.
#include "tune/proxy.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "hydra/temporary_tree.h"
#include "options/error.h"

namespace steepest::tune {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::string kExperiments = std::string(STEEPEST_SOURCE_DIR) + "/experiments";

ProxyStudy of(const std::vector<std::string>& overrides, const std::vector<double>& rates = {}, const std::string& scale = "quick") {
  return proxy_study(study::experiments(kExperiments), {overrides, scale}, rates);
}

options::InputError::Parts refused(const Asked& asked, const std::string& experiments = kExperiments) {
  try {
    proxy_study(study::experiments(experiments), asked, {});
  } catch (const options::InputError& error) { return error.parts(); }
  ADD_FAILURE() << "accepted";
  return {};
}

TEST(Proxy, HasHalfTheWidthAndDepthOfTheNetworkAndItsOtherKeys) {
  const auto found = of({"model.width=256", "model.layers=3", "training.batch=16"});
  for (const auto& run : found.study.runs) {
    EXPECT_EQ(run.config.at("model").at("width"), 128);
    EXPECT_EQ(run.config.at("model").at("layers"), 2);
    EXPECT_EQ(run.config.at("model").at("rank"), 8);
    EXPECT_EQ(run.config.at("optimizer").at("name"), "lora_muon");
    EXPECT_EQ(run.config.at("training").at("batch"), 16);
    EXPECT_LT(run.flops, found.dense.flops / 4);
  }
  EXPECT_EQ(found.dense.config.at("model").at("width"), 256);
  EXPECT_EQ(found.dense.config.at("optimizer").at("name"), "muon");
  EXPECT_EQ(found.proxy_text, "rank 8, width 128, layers 2");
  EXPECT_EQ(found.dense_text, "rank dense, width 256, layers 3");
  EXPECT_TRUE(found.study.growth);
}

TEST(Proxy, HasHalfTheLayersRoundedUpAndTwoWhereThereAreTwo) {
  for (const auto& [layers, half] : {std::pair(1, 1), std::pair(2, 2), std::pair(3, 2), std::pair(4, 2), std::pair(5, 3), std::pair(8, 4)})
    EXPECT_EQ(of({"model.layers=" + std::to_string(layers)}).study.runs.front().config.at("model").at("layers"), half) << layers;
}

TEST(Proxy, ItsWidthIsOneThatTheHeadsDivideEvenly) {
  for (const auto& [width, heads, half] : {std::tuple(128, 4, 64), std::tuple(24, 4, 16), std::tuple(40, 4, 24), std::tuple(8, 4, 8)}) {
    const auto found = of({"model.width=" + std::to_string(width), "model.heads=" + std::to_string(heads)});
    EXPECT_EQ(found.study.runs.front().config.at("model").at("width"), half);
    EXPECT_LE(half, width);
    EXPECT_GE(2 * half, width);
  }
}

TEST(Proxy, ItsStudyIsNamedAfterTheNetworkWithoutSeeds) {
  EXPECT_EQ(of({}).study.name, "tune");
  EXPECT_EQ(of({"model.width=256", "seed=range(3)"}).study.name, "tune model.width=256");
  std::set<std::int64_t> seeds;
  for (const auto& run : of({"seed=4,7"}).study.runs) seeds.insert(run.seed);
  EXPECT_THAT(seeds, ElementsAre(4, 7));
}

TEST(Proxy, BesideTheDenseNetworkItsOwnCellsStayAsTheyAre) {
  const auto alone = of({"optimizer.weight_decay=0.02"}), both = of({"optimizer.weight_decay=0.02"}, {0.1, 0.3});
  ASSERT_EQ(both.study.runs.size(), alone.study.runs.size() + 4);
  for (std::size_t i = 0; i < alone.study.runs.size(); ++i) {
    EXPECT_EQ(both.study.runs[i].identity, alone.study.runs[i].identity);
    EXPECT_EQ(both.study.runs[i].cell, alone.study.runs[i].cell);
  }
  for (std::size_t i = alone.study.runs.size(); i < both.study.runs.size(); ++i) {
    EXPECT_EQ(both.study.runs[i].cell.at("model.rank"), "dense");
    EXPECT_EQ(both.study.runs[i].cell.at("optimizer"), "muon");
    EXPECT_EQ(both.study.runs[i].cell.size(), alone.study.runs.front().cell.size());
    EXPECT_EQ(both.study.runs[i].config.at("optimizer").at("weight_decay"), 0.02) << "an override is both networks'";
    EXPECT_DOUBLE_EQ(both.study.runs[i].flops, both.dense.flops);
  }
  ASSERT_TRUE(both.study.growth);
  EXPECT_EQ(both.study.growth->beyond.size(), alone.study.growth->beyond.size()) << "the dense network's rates do not grow";
  EXPECT_EQ(both.study.definition.at("report").at("baseline"), "8") << "whose rate the dense network takes over";
}

TEST(Proxy, EveryFileComposesAtEveryScale) {
  for (const auto& name : proxy_names(study::experiments(kExperiments))) {
    for (const char* scale : {"smoke", "quick", "paper"})
      EXPECT_FALSE(proxy_study(study::experiments(kExperiments), {{}, scale, name}, {}).study.runs.empty()) << name << " " << scale;
  }
}

TEST(Proxy, RefusesWhatIsNoOneDenseNetwork) {
  EXPECT_THAT(refused({{"model.rank=2"}, "quick"}).problem, HasSubstr("a dense network"));
  EXPECT_THAT(refused({{"optimizer.learning_rate=0.1"}, "quick"}).problem, HasSubstr("what is looked for"));
  EXPECT_THAT(refused({{"model.width=64,128"}, "quick"}).problem, HasSubstr("several networks"));
  EXPECT_EQ(refused({{"model.widht=64"}, "quick"}).nearest, "width");
  EXPECT_EQ(refused({{}, "quikc"}).nearest, "quick");
  EXPECT_EQ(refused({{}, "quick", "low_rnk"}).nearest, "low_rank");
  EXPECT_THAT(refused({{}, "quick", "low_rnk"}).problem, HasSubstr("there is no proxy"));
}

TEST(Proxy, RefusesAFileThatIsNoProxy) {
  const hydra::TemporaryTree tree{hydra::Files{}};
  std::filesystem::copy(kExperiments, tree.path(),
                        std::filesystem::copy_options::recursive | std::filesystem::copy_options::overwrite_existing);
  const auto with = [&](const std::string& text) {
    std::ofstream(tree.path() / "proxy" / "mine.yaml") << "overrides: [optimizer=muon, model.rank=dense]\n" << text;
    return refused({{}, "quick", "mine"}, tree.path().string());
  };
  const std::string report = "report: {kind: best_rate}\n";
  EXPECT_THAT(with("sweep: {model.rank: [2, 4], optimizer: lora_muon, optimizer.learning_rate: [0.1]}\n" + report).problem,
              HasSubstr("2 values"));
  EXPECT_THAT(with("sweep: {model.rank: 2, optimizer: lora_muon}\n" + report).problem, HasSubstr("lacks the key optimizer.learning_rate"));
  EXPECT_THAT(with("sweep: [{model.rank: 2}, {model.rank: 4}]\n" + report).problem, HasSubstr("one grid"));
  EXPECT_THAT(with("sweep: {model.rank: 2}\n").problem, HasSubstr("best rate"));
}

}  // namespace
}  // namespace steepest::tune
