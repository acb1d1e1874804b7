// study_test.cpp: studies, their scales and what the user's overrides do to them, on the project's own experiments.
#include "study/study.h"

#include <gmock/gmock.h>

#include <set>

#include "known_inputs.h"
#include "run/identity.h"
#include "run/run.h"
#include "study/own_study.h"
#include "study/study_name.h"

namespace steepest::study {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;

Study load(const std::string& name, const std::string& scale, const std::vector<std::string>& overrides = {}) {
  return load_study(experiments(kExperiments), name, scale, overrides);
}

std::vector<std::string> dumped_cells(const Study& study) {
  std::vector<std::string> cells;
  for (const auto& run : study.runs) cells.push_back(run.cell.dump());
  return cells;
}

TEST(RankTransfer, QuickIsDenseAndThreeRanksAtFiveRatesAndOneMoreForTheFlattest) {
  const Study study = load("rank_transfer", "quick");
  ASSERT_EQ(study.runs.size(), 42u);
  std::set<std::string> identities, ranks, rates;
  for (const auto& run : study.runs) {
    identities.insert(run.identity);
    ranks.insert(run.cell.at("model.rank").dump());
    rates.insert(run.cell.at("optimizer.learning_rate").dump());
    EXPECT_EQ(run.cell.size(), 3u);
    const bool dense = run.cell.at("model.rank") == "dense";
    EXPECT_EQ(run.cell.at("optimizer"), dense ? "muon" : "lora_muon");
    const json& training = run.config.at("training");
    EXPECT_EQ(training.at("batch").get<int>() * training.at("context").get<int>(), 4096);
    EXPECT_EQ(training.at("steps") == 256, dense) << "low-rank runs have the operations of so many dense steps";
    EXPECT_NEAR(run.flops / study.runs[0].flops, 1, 1e-3);
    EXPECT_EQ(run.config.at("data").at("name"), "tinyshakespeare");
    EXPECT_EQ(run.identity, run::identity(run::read_run(run.config)));
    EXPECT_GT(run.flops, 0);
    EXPECT_EQ(run.work.steps, run.config.at("training").at("steps"));
  }
  EXPECT_EQ(identities.size(), 42u);
  EXPECT_THAT(ranks, ElementsAre("\"dense\"", "2", "32", "8"));
  EXPECT_THAT(rates, ElementsAre("0.03", "0.1", "0.17", "0.3", "0.55", "1.0"));
  EXPECT_EQ(study.runs[0].seed, 0);
  EXPECT_EQ(study.runs[1].seed, 1);
}

TEST(RankTransfer, ScalesShareWhatTheyHaveInCommon) {
  EXPECT_EQ(load("rank_transfer", "paper").runs.size(), 7u * 9u * 6u);
  EXPECT_EQ(load("rank_transfer", "smoke").runs.size(), 8u);
  std::set<std::string> paper;
  for (const auto& run : load("rank_transfer", "paper").runs) paper.insert(run.identity);
  for (const auto& run : load("rank_transfer", "quick").runs) EXPECT_TRUE(paper.count(run.identity));
}

TEST(Studies, EveryStudyOfTheProjectComposesAtEveryScale) {
  const hydra::Composer composer(kExperiments);
  ASSERT_FALSE(study_names(composer).empty());
  for (const std::string& name : study_names(composer)) {
    const Study quick = load_study(composer, name, "quick", {}, run::known_inputs());
    EXPECT_FALSE(quick.title.empty()) << name;
    for (const char* scale : {"smoke", "quick", "paper"})
      EXPECT_FALSE(load_study(composer, name, scale, {}, run::known_inputs()).runs.empty()) << name << " " << scale;
  }
}

TEST(Studies, EveryGroupFileNamesEveryOptionItself) {
  // A file that leaves an option to its default would change meaning with the code.
  const hydra::Composer composer(kExperiments);
  const std::vector<std::string> on_checkpoint = {"model=llama", "data=tokens", "+base=checkpoint", "base.path=somewhere"};
  for (const std::string group : {"optimizer", "data", "schedule", "model", "base"}) {
    for (const std::string& option : composer.options(group)) {
      std::vector<std::string> overrides = {(group == "base" ? "+" : "") + group + "=" + option};
      if (option == "llama" || option == "checkpoint") overrides = on_checkpoint;
      if (option == "smollm2") overrides = {"model=llama", "data=tokens", "+base=smollm2"};
      if (option == "loaded") overrides.push_back("base.weights.file=somewhere");
      const json composed = composer.compose(overrides).tree;
      const json resolved = run::to_json(run::read_run(composed));
      EXPECT_EQ(composed.at(group), resolved.at(group)) << group << "/" << option;
    }
  }
}

TEST(AdHoc, IsTheOverridesAlone) {
  const Study study = load("", "quick", {"model.rank=2,4", "seed=range(3)", "training.steps=5"});
  EXPECT_EQ(study.name, "model.rank=2,4 training.steps=5") << "more seeds are more of the same";
  EXPECT_EQ(study.title, study.name);
  EXPECT_EQ(study.definition.at("asked"), (json{"model.rank=2,4", "training.steps=5"}));
  EXPECT_FALSE(study.whole);
  ASSERT_EQ(study.runs.size(), 6u);
  EXPECT_EQ(study.runs[4].cell, (json{{"model.rank", 4}}));
  EXPECT_EQ(study.runs[4].seed, 1);
  EXPECT_EQ(study.runs[4].config.at("training").at("steps"), 5);
  EXPECT_EQ(load("", "quick").runs.size(), 1u);
}

TEST(AdHoc, WithoutAnOverrideButSeedsIsTheDefaultOfItsRoot) {
  EXPECT_EQ(load("", "quick", {"seed=1,2"}).name, "default");
  const hydra::Composer flow = experiments(kExperiments).rooted_at("flow");
  EXPECT_EQ(load_study(flow, "", "quick", {"seed=1"}).name, "flow default");
  const Study study = load_study(flow, "", "quick", {"flow.smoothing_squared=1e-1"});
  EXPECT_EQ(study.name, "flow flow.smoothing_squared=0.1");
  EXPECT_EQ(study.definition.at("asked"), (json{"--config-name", "flow", "flow.smoothing_squared=0.1"}));
}

TEST(StudyNames, AreTheSameForWhatIsTheSame) {
  using Lines = std::vector<std::string>;
  const auto name = [](const Lines& lines) { return study_name("split", canonical_overrides(hydra::parse_overrides(lines))); };
  EXPECT_EQ(name({"training.steps=50"}), "split training.steps=50");
  EXPECT_EQ(name({"b.c=2", "b=x", "a=1e-1"}), "split a=0.1 b=x b.c=2");
  EXPECT_EQ(name({"a=1", "b=2", "a=3"}), "split a=3 b=2") << "the last one counts";
  EXPECT_EQ(name({"a=choice(1,2)"}), name({"a=1,2"}));
  EXPECT_EQ(name({"a='x'"}), name({"a=x"}));
  EXPECT_EQ(name({"a='1'"}), "split a='1'") << "text, not a number";
  EXPECT_EQ(name({"base.path=/home/ada/llama/"}), "split base.path=llama") << "where folders lie is not stored";
  EXPECT_EQ(name({"+base.adapter=a/b,c"}), "split +base.adapter=b,c");
  EXPECT_EQ(name({"a=my_file.txt"}), "split a=my_file.txt");
  EXPECT_EQ(name({"a=range(0,1,0.25)", "g=glob(*,exclude=b)"}), "split a=range(0,1,0.25) g=glob(*,exclude=b)");
  EXPECT_EQ(name({"~a.b", "+base=austen", "++x=null"}), "split ~a.b +base=austen ++x=null");
  EXPECT_EQ(name({"optimizer@embedding_optimizer=adamw"}), "split optimizer@embedding_optimizer=adamw");
  for (const Lines& lines : {Lines{"a='x y'", "b=[1,{c: 'd e'}]"}, {"a=${b}", "c='it\\'s'"}, {"a=''", "b=-inf"}, {"a=shuffle(1,2,3)"}}) {
    const auto once = canonical_overrides(hydra::parse_overrides(lines));
    EXPECT_EQ(canonical_overrides(hydra::parse_overrides(once)), once) << "what it spells means the same";
  }
}

TEST(StudyNames, AreCutAndStayDifferent) {
  const std::vector<std::string> many = {"data=synthetic", "data.characters=20000", "model.heads=2", "model.width=16", "training.batch=4"};
  auto other = many;
  other.back() = "training.batch=8";
  const std::string name = study_name("", many);
  EXPECT_LE(name.size(), kLongestName);
  EXPECT_THAT(name, testing::StartsWith("data=synthetic data.characters=20000 "));
  EXPECT_NE(name, study_name("", other));
  EXPECT_EQ(name, study_name("", many));
  EXPECT_EQ(study_name("split", many).rfind("split data=synthetic", 0), 0u);
  // One override alone that is too long is cut between characters.
  const std::string long_one = study_name("", {"data.file=" + [] {
                                            std::string text;
                                            for (int i = 0; i < 60; ++i) text += "é";
                                            return text;
                                          }()});
  EXPECT_LE(long_one.size(), kLongestName);
  EXPECT_NO_THROW(json(long_one).dump()) << "half a character is no UTF-8";
}

TEST(UserOverrides, ReplaceAnAxisAddOneOrFixAKey) {
  const auto replaced = load("rank_transfer", "quick", {"optimizer.learning_rate=0.2"});
  EXPECT_EQ(replaced.runs.size(), 8u);
  for (const auto& run : replaced.runs) EXPECT_EQ(run.cell.at("optimizer.learning_rate"), 0.2);

  const auto added = load("rank_transfer", "smoke", {"model.layers=1,2"});
  EXPECT_EQ(added.runs.size(), 16u);
  EXPECT_EQ(added.runs[0].cell.at("model.layers"), 1);

  const auto fixed = load("rank_transfer", "smoke", {"model.layers=1"});
  EXPECT_EQ(fixed.runs.size(), 8u);
  EXPECT_FALSE(fixed.runs[0].cell.contains("model.layers"));
  EXPECT_EQ(fixed.runs[0].config.at("model").at("layers"), 1);

  EXPECT_EQ(load("rank_transfer", "smoke", {"seed=7"}).runs.size(), 4u);
  EXPECT_EQ(load("rank_transfer", "smoke", {"seed=7"}).runs[0].seed, 7);
}

TEST(UserOverrides, OfWhatTheStudySweepsBelongToItAndOthersMakeAVariant) {
  for (const std::vector<std::string>& own : std::vector<std::vector<std::string>>{
           {"seed=range(6)"}, {"optimizer.learning_rate=0.2"}, {"model.rank=2"}, {"optimizer=muon", "model.rank=dense", "seed=3"}}) {
    const Study study = load("rank_transfer", "smoke", own);
    EXPECT_EQ(study.name, "rank_transfer") << own[0];
    EXPECT_FALSE(study.definition.contains("asked"));
    EXPECT_FALSE(study.whole);
  }
  EXPECT_TRUE(load("rank_transfer", "smoke").whole);
  const Study look = load("rank_transfer", "smoke", {"model.rank=2", "training.steps=50", "seed=0"});
  EXPECT_EQ(look.name, "rank_transfer training.steps=50");
  EXPECT_EQ(look.definition.at("report"), load("rank_transfer", "smoke").definition.at("report"));
  EXPECT_EQ(look.definition.at("asked"), (json{"rank_transfer", "training.steps=50"}));
  EXPECT_EQ(look.title, load("rank_transfer", "smoke").title + ", with training.steps=50");
  EXPECT_EQ(look.definition.at("title"), look.title);
  EXPECT_EQ(load("rank_transfer", "smoke", {"model.layers=1,2"}).name, "rank_transfer model.layers=1,2");
  EXPECT_EQ(load("rank_transfer", "smoke", {"device=cuda"}).name, "rank_transfer device=cuda");
  EXPECT_EQ(load("rank_transfer", "smoke", {"~training.clip_norm", "training.steps=5"}).name,
            "rank_transfer ~training.clip_norm training.steps=5");
}

TEST(UserOverrides, ThatSayWhatTheStudySaysAnywayMakeNoVariant) {
  const Study study = load("rank_transfer", "smoke"), same = load("rank_transfer", "smoke", {"device=cpu", "model.width=16"});
  EXPECT_EQ(same.name, "rank_transfer");
  ASSERT_EQ(same.runs.size(), study.runs.size());
  for (std::size_t i = 0; i < study.runs.size(); ++i) {
    EXPECT_EQ(same.runs[i].identity, study.runs[i].identity);
    EXPECT_EQ(same.runs[i].cell, study.runs[i].cell);
  }
  EXPECT_EQ(load("rank_transfer", "smoke", {"model.layers=choice(2)"}).runs[0].cell, study.runs[0].cell) << "nor another cell";
}

TEST(UserOverrides, SpeakAfterTheStudy) {
  EXPECT_EQ(load("rank_transfer", "quick", {"training.steps=3"}).runs[0].config.at("training").at("steps"), 3);
  EXPECT_EQ(load("rank_transfer", "quick", {"data=synthetic"}).runs[0].config.at("data").at("name"), "synthetic");
}

TEST(LoadStudy, TellsOfUnknownStudiesAndScales) {
  try {
    load("rank_transfre", "quick");
    FAIL();
  } catch (const options::InputError& error) { EXPECT_EQ(error.parts().nearest, "rank_transfer"); }
  try {
    load("rank_transfer", "papre");
    FAIL();
  } catch (const options::InputError& error) {
    EXPECT_EQ(error.parts().nearest, "paper");
    EXPECT_THAT(error.parts().valid, HasSubstr("smoke"));
  }
}

TEST_F(StudyFile, AGridIsMultipliedOutInItsOwnOrder) {
  const Study study = load_text("title: t\nsweep:\n  training.steps: [2, 1]\n  model.rank: [4, 2]\nseeds: [5, 3]\n");
  EXPECT_THAT(dumped_cells(study), ElementsAre(R"({"model.rank":4,"training.steps":2})", R"({"model.rank":4,"training.steps":2})",
                                               R"({"model.rank":2,"training.steps":2})", R"({"model.rank":2,"training.steps":2})",
                                               R"({"model.rank":4,"training.steps":1})", R"({"model.rank":4,"training.steps":1})",
                                               R"({"model.rank":2,"training.steps":1})", R"({"model.rank":2,"training.steps":1})"));
  EXPECT_EQ(study.runs[0].seed, 5);
  EXPECT_EQ(study.runs[1].seed, 3);
}

TEST_F(StudyFile, GridsAreUnitedAndRunsInCommonCountOnce) {
  const Study study = load_text("sweep:\n  - {model.rank: [2, 4]}\n  - {model.rank: [4, 8], training.steps: 256}\n");
  EXPECT_EQ(study.runs.size(), 3u);
  EXPECT_EQ(study.runs[0].cell, (json{{"model.rank", 2}, {"training.steps", 256}}));
}

TEST_F(StudyFile, AGridMayHaveSeedsOfItsOwn) {
  const std::string text = "sweep:\n  - {model.rank: 2, seeds: 3}\n  - {model.rank: [4, 8], seeds: [7]}\n  - {model.rank: 16}\nseeds: 2\n";
  std::map<std::int64_t, std::vector<std::int64_t>> seeds;
  for (const auto& run : load_text(text).runs) {
    seeds[run.cell.at("model.rank").get<std::int64_t>()].push_back(run.seed);
    EXPECT_EQ(run.cell.size(), 1u) << "they are no part of the cell";
  }
  EXPECT_EQ(seeds, (decltype(seeds){{2, {0, 1, 2}}, {4, {7}}, {8, {7}}, {16, {0, 1}}}));
  EXPECT_EQ(complaint("sweep: {model.rank: 2, seeds: -1}\n").line, 1);
}

TEST_F(StudyFile, VariationsAreChangedOneAtATimeBesideTheGridsAsTheyStand) {
  const std::string text =
      "sweep:\n  - {optimizer: muon, model.rank: dense}\n  - {model.rank: 2}\nvariations:\n  - {model.heads: [1, 2]}\n  - {model.rank: 4}\n"
      "scales:\n  plain: {variations: []}\n  other: {variations: [{training.batch: 8}]}\n";
  std::vector<json> cells;
  for (const auto& run : load_text(text).runs) cells.push_back(run.cell);
  const auto cell = [](const char* optimizer, const json& rank, int heads) {
    return json{{"optimizer", optimizer}, {"model.rank", rank}, {"model.heads", heads}};
  };
  EXPECT_THAT(cells, ElementsAre(cell("muon", "dense", 4), cell("lora_muon", 2, 4), cell("muon", "dense", 1), cell("muon", "dense", 2),
                                 cell("lora_muon", 2, 1), cell("lora_muon", 2, 2), cell("muon", 4, 4), cell("lora_muon", 4, 4)));
  EXPECT_EQ(load_text(text, "plain").runs.size(), 2u);
  EXPECT_EQ(load_text(text, "other").runs.size(), 4u) << "a scale's take the place of the study's";
  EXPECT_EQ(complaint("sweep: {model.rank: 2}\nvariations: {model.heads: 1}\n").line, 2);
  EXPECT_EQ(complaint("sweep: {model.rank: 2}\nvariations:\n  - {model.heds: 1}\n").line, 3);
}

TEST_F(StudyFile, CellsHaveWhatWasAskedForAndRunsTheStepsThatMatch) {
  const Study study = load_text("sweep: {model.rank: [2, 32], training.match: [tokens, flops]}\n");
  ASSERT_EQ(study.runs.size(), 4u);
  EXPECT_EQ(study.runs[1].cell, (json{{"model.rank", 2}, {"training.match", "flops"}}));
  EXPECT_EQ(study.runs[1].config.at("training").at("steps"), 1628);
  EXPECT_EQ(study.runs[3].config.at("training").at("steps"), 595);
  EXPECT_EQ(study.runs[0].config.at("training").at("steps"), 256);
  for (const auto& run : study.runs) EXPECT_EQ(run.config.at("training").at("match"), "tokens") << "what is stored is a run like any other";
  EXPECT_EQ(complaint("sweep: {model.rank: 2, training.match: seconds}\n").key, "training.match") << "nothing was measured";
  const auto ratio = [](double dense, double low) {
    return run::Completion{.step_seconds = [=](const run::TrainingRun& run) { return model::rank(run.model) == 0 ? dense : low; }};
  };
  const auto timed =
      load_study(experiments(kExperiments), "", "quick", {"model.rank=2", "training.match=seconds"}, ratio(0.2, 0.03)).runs.at(0);
  EXPECT_EQ(timed.config.at("training").at("steps"), 1707) << "256 * 0.2 / 0.03";
}

TEST_F(StudyFile, SweptTextIsReadByTheOverrideGrammar) {
  EXPECT_EQ(load_text("sweep: {model.rank: 'range(1,4)'}\n").runs.size(), 3u);
  EXPECT_EQ(load_text("sweep: {model.rank: '2,4'}\n").runs.size(), 2u);
  EXPECT_EQ(load_text("sweep: {schedule: 'glob(*,exclude=con*)'}\n").runs.size(), 2u);
  EXPECT_EQ(load_text("overrides: [optimizer=muon]\nsweep: {model.low_rank_layers: [[query], [query, mlp]]}\n").runs.size(), 2u);
}

TEST_F(StudyFile, ScalesAddOverridesAndReplaceSweepAndSeeds) {
  const std::string text =
      "overrides: [training.steps=100, training.batch=8]\nsweep: {model.rank: [2, 4]}\nseeds: 3\n"
      "scales:\n  smoke: {overrides: [training.steps=1], seeds: 1}\n  other: {sweep: {model.width: [32, 64]}}\n";
  EXPECT_EQ(load_text(text).runs.size(), 6u);
  const Study smoke = load_text(text, "smoke");
  ASSERT_EQ(smoke.runs.size(), 2u);
  EXPECT_EQ(smoke.runs[0].config.at("training").at("steps"), 1);
  EXPECT_EQ(smoke.runs[0].config.at("training").at("batch"), 8);
  EXPECT_EQ(dumped_cells(load_text(text, "other"))[3], R"({"model.width":64})");
  EXPECT_EQ(smoke.definition.at("scales").at("other").at("sweep").at("model.width"), (json{32, 64}));
}

TEST_F(StudyFile, OneStudyCanExtendAnother) {
  const Study study = load_text("title: mine\nextends: rank_transfer\noverrides: [data=synthetic]\nscales: {smoke: {seeds: 1}}\n");
  EXPECT_EQ(study.name, "mine");
  EXPECT_EQ(study.title, "mine");
  EXPECT_EQ(study.definition.at("report").at("kind"), "best_rate");
  ASSERT_EQ(study.runs.size(), 42u);
  EXPECT_EQ(study.runs[0].config.at("data").at("name"), "synthetic");
  EXPECT_EQ(load_text("extends: rank_transfer\nscales: {smoke: {seeds: 1}}\n", "smoke").runs.size(), 4u);
  EXPECT_EQ(load_text("extends: rank_transfer\nseeds: 1\n", "paper").runs.size(), 63u);
  EXPECT_EQ(complaint("title: t\nextends: rank_transfre\n").nearest, "rank_transfer");
  EXPECT_EQ(complaint("title: t\nextends: rank_transfre\n").line, 2);
  EXPECT_EQ(complaint("title: t\nextends: mine\n").line, 2);
}

TEST_F(StudyFile, TheReportIsCheckedBeforeAnythingRuns) {
  const auto report = [&](const std::string& keys) { return complaint("title: t\nreport:\n  kind: best_rate\n  " + keys + "\n"); };
  EXPECT_EQ(report("metrc: loss").key, "report.metrc");
  EXPECT_EQ(report("metrc: loss").nearest, "metric");
  EXPECT_EQ(report("metrc: loss").line, 4);
  EXPECT_EQ(report("metrc: loss").column, 3);
  EXPECT_EQ(report("row: [1]").key, "report.row");
  EXPECT_EQ(complaint("title: t\nreport: {kind: best_rates}\n").nearest, "best_rate");
  EXPECT_EQ(complaint("title: t\nreport: {metric: loss}\n").key, "report.kind");
  EXPECT_EQ(complaint("title: t\nreport: {kind: paired_shift}\n").key, "report.shift");
  EXPECT_EQ(complaint("title: t\nreport: {kind: mode_arrival, fraction: 2}\n").key, "report.fraction");
  EXPECT_EQ(complaint("title: t\nreport: {kind: mode_arrival, rate_window: [0.8, 0.2]}\n").key, "report.rate_window");
  EXPECT_EQ(complaint("title: t\nreport: {kind: mode_arrival, rate_window: 3}\n").key, "report.rate_window");
  EXPECT_EQ(complaint("title: t\nreport: {kind: coordinate_chek}\n").nearest, "coordinate_check");
  EXPECT_EQ(complaint("title: t\nreport: {kind: coordinate_check, tolerance: 0}\n").key, "report.tolerance");
  EXPECT_EQ(complaint("title: t\nreport: {kind: steps_to_target}\n").key, "report.target");
  EXPECT_EQ(complaint("title: t\nreport: {kind: steps_to_target, target: low}\n").line, 2);
  EXPECT_EQ(complaint("title: t\nreport: {kind: steps_to_target, target: 2, level: 1}\n").key, "report.level");
  EXPECT_EQ(complaint("title: t\nreport: best_rate\n").key, "report");
  EXPECT_EQ(load_text("title: t\nreport: {kind: best_rate, baseline: 8, reference: {source: a paper}}\n").runs.size(), 1u);
}

TEST_F(StudyFile, MistakesLeadToTheirLine) {
  EXPECT_EQ(complaint("title: t\nsweeps: {}\n").line, 2);
  EXPECT_EQ(complaint("title: t\nsweeps: {}\n").nearest, "sweep");
  EXPECT_THAT(complaint("title: t\nsweeps: {}\n").file, EndsWith("study/mine.yaml"));
  EXPECT_EQ(complaint("title: t\nscales:\n  smoke:\n    seed: 1\n", "smoke").line, 4);
  EXPECT_EQ(complaint("title: t\nscales:\n  smoke:\n    seed: 1\n").key, "scales.smoke.seed");
  EXPECT_EQ(complaint("title: t\noverrides:\n  - training.steps=5\n  - training.stesp=5\n").line, 4);
  EXPECT_EQ(complaint("title: t\noverrides:\n  - training.steps=5\n  - training.stesp=5\n").nearest, "steps");
  EXPECT_EQ(complaint("title: t\noverrides: ['training.steps=1,2']\n").line, 2);
  EXPECT_EQ(complaint("sweep:\n  model.rank:\n    - 2\n    - 2000\n").line, 4);
  EXPECT_EQ(complaint("sweep:\n  model.rnak: [2]\n").line, 2);
  EXPECT_EQ(complaint("sweep:\n  optimizer: [moun]\n").nearest, "muon");
  EXPECT_EQ(complaint("sweep:\n  seed: [1]\n").line, 2);
  EXPECT_EQ(complaint("sweep:\n  model.rank: []\n").line, 2);
  EXPECT_EQ(complaint("seeds: many\n").line, 1);
  EXPECT_EQ(complaint("seeds: [1, -1]\n").line, 1);
  EXPECT_EQ(complaint("seeds: 0\n").line, 1);
  EXPECT_EQ(complaint("title: 5\n").line, 1);
  EXPECT_EQ(complaint("overrides: 5\n").line, 1);
  EXPECT_EQ(complaint("sweep: 5\n").line, 1);
  EXPECT_EQ(complaint("title: t\n", "quick", {"model.rank=x"}).file, "command line");
}

/// "mine.yaml:4:7: model.rank": where a message leads, without the folder.
std::string place(const options::InputError::Parts& parts) {
  const std::size_t slash = parts.file.rfind('/');
  return parts.file.substr(slash == std::string::npos ? 0 : slash + 1) + ":" + std::to_string(parts.line) + ":" +
         std::to_string(parts.column) + ": " + parts.key;
}

TEST_F(StudyFile, MistakesLeadToTheirColumn) {
  // unknown keys and wrong types: of the study file itself, of a run in an override and in a swept value
  EXPECT_EQ(place(complaint("title: t\nscales:\n  smoke: {seed: 1}\n", "smoke")), "mine.yaml:3:11: scales.smoke.seed");
  EXPECT_EQ(place(complaint("title: t\nscales:\n  smoke: {seeds: 1}\n", "smoky")), "mine.yaml:2:1: scale")
      << "where those are listed that there are";
  EXPECT_EQ(place(complaint("title: t\noverrides: [training.steps=5, training.stesp=5]\n")), "mine.yaml:2:31: training.stesp");
  EXPECT_EQ(place(complaint("overrides:\n  - training.steps=often\n")), "mine.yaml:2:5: training.steps");
  EXPECT_EQ(place(complaint("sweep: {model.rank: [2, full]}\n")), "mine.yaml:1:25: model.rank");
  EXPECT_EQ(place(complaint("sweep: {seed: [1]}\n")), "mine.yaml:1:9: sweep.seed");
  EXPECT_EQ(place(complaint("seeds: [1, -1]\n")), "mine.yaml:1:12: seeds");
  EXPECT_EQ(place(complaint("overrides: ['training.steps=1,2']\n")), "mine.yaml:1:13: overrides");
  // grammar of an override, which is placed by its item and within it by the character
  const auto grammar = complaint("overrides: [seed=1, 'training.steps=(1']\n");
  EXPECT_EQ(place(grammar), "mine.yaml:1:21: training.steps=(1");
  EXPECT_THAT(grammar.problem, HasSubstr("(character 16)"));
  // nonsense across keys: a rank over the matrix's size, heads that do not divide the width
  EXPECT_EQ(place(complaint("sweep:\n  model.rank: [2, 2000]\n")), "mine.yaml:2:19: model.rank");
  EXPECT_EQ(place(complaint("sweep:\n  model.rank: 2000\n")), "mine.yaml:2:3: model.rank");
  EXPECT_EQ(place(complaint("overrides: [model.width=96, model.heads=5]\n")), "mine.yaml:1:29: model.heads");
  EXPECT_EQ(place(complaint("overrides:\n  - model.rank=2000\n")), "mine.yaml:2:5: model.rank");
}

TEST_F(StudyFile, MistakesInAGroupFileLeadToTheirColumn) {
  const auto model = [&](const std::string& text) {
    std::filesystem::create_directories(tree_.path() / "model");
    std::ofstream(tree_.path() / "model" / "mine.yaml") << "defaults: [transformer]\n" << text;
    return place(complaint("overrides: [model=mine]\n"));
  };
  EXPECT_EQ(model("rank: 2000\n"), "mine.yaml:2:1: model.rank");
  EXPECT_EQ(model("heads: 5\n"), "mine.yaml:2:1: model.heads");
  EXPECT_EQ(model("init:\n  factros: normal\n"), "mine.yaml:3:3: model.init.factros");
  EXPECT_EQ(model("init: {factors: 5}\n"), "mine.yaml:2:8: model.init.factors");
}

TEST(SpectronStress, QuickPairsEveryMethodAtTwoScalesWithAndWithoutRebalancing) {
  const Study study = load("spectron_stress", "quick");
  ASSERT_EQ(study.runs.size(), 24u);
  std::set<std::string> methods;
  for (const auto& run : study.runs) {
    methods.insert(run.cell.at("optimizer"));
    EXPECT_EQ(run.config.at("optimizer").at("learning_rate"), 0.1);
    EXPECT_EQ(run.config.at("optimizer").at("rebalance"), run.cell.at("optimizer.rebalance"));
    EXPECT_EQ(run.config.at("model").at("init").at("factor_scale"), run.cell.at("model.init.factor_scale"));
  }
  EXPECT_EQ(methods, (std::set<std::string>{"lora_muon", "spectron", "spectron_quadratic"}));
}

TEST(Specgf, IsComposedFromTheFlowsRootWithASpectrumOfEqualDistances) {
  const Study study = load("specgf", "quick");
  ASSERT_EQ(study.runs.size(), 8u);  // three smoothings and gradient flow, two seeds
  for (const auto& run : study.runs) {
    EXPECT_FALSE(run.config.contains("model"));
    EXPECT_EQ(run.config.at("precision"), "float64");
    EXPECT_EQ(run.config.at("flow").at("time_step"), 0.01);
    const json toy = {{"rows", 60},         {"columns", 70},       {"rank", 5},   {"singular_values", {5.0, 4.0, 3.0, 2.0, 1.0}},
                      {"start", "zero"},    {"start_scale", 1e-3}, {"starts", 1}, {"noise", 0.0},
                      {"start_gauge", 1.0}, {"without_mode", 1}};
    EXPECT_EQ(run.config.at("problem"), toy);
  }
}

TEST(ZeroFactor, EveryRunHasTheSameBaseAndTheRemediesOfTheLibrary) {
  const Study study = load("zero_factor", "quick");
  ASSERT_EQ(study.runs.size(), 40u);
  std::set<std::string> bases, remedies;
  for (const auto& run : study.runs) {
    bases.insert(run.config.at("base").dump());
    remedies.insert(run.cell.at("optimizer.zero_factor").get<std::string>() + " " + run.cell.at("model.init.factors").get<std::string>());
  }
  EXPECT_EQ(bases.size(), 1u);
  EXPECT_EQ(remedies, (std::set<std::string>{"skip lora", "pseudo_inverse lora", "damped lora", "warmup lora", "skip principal"}));
}

TEST_F(StudyFile, AnEmptyOneHoldsNothing) {
  for (const char* text : {"", "# later\n", "{}\n"}) {
    const auto parts = complaint(text);
    EXPECT_EQ(parts.problem, "holds nothing") << text;
    EXPECT_THAT(parts.file, EndsWith("study/mine.yaml"));
  }
  EXPECT_EQ(complaint("- a\n").problem.find("holds nothing"), std::string::npos);
}

TEST_F(StudyFile, ANameThatReadsAsSomethingElseIsNoStudys) {
  load_text("title: t\n");
  for (const char* name : {"x=y", "~x", "-x"}) std::ofstream(tree_.path() / "study" / (std::string(name) + ".yaml")) << "title: t\n";
  const hydra::Composer composer(tree_.path());
  EXPECT_THAT(misnamed_studies(composer), ElementsAre("-x", "x=y", "~x"));
  EXPECT_THAT(study_names(composer), testing::Contains("mine"));
  EXPECT_THAT(study_names(composer), testing::Not(testing::Contains("x=y")));
}

TEST_F(StudyFile, AMistakeInOneCombinationNamesIt) {
  const auto lacks = complaint("sweep: {optimizer: [muon, lora_muon], optimizer.nesterov: true}\n");
  EXPECT_EQ(lacks.key, "optimizer.nesterov");
  EXPECT_EQ(lacks.problem, "unknown key, with optimizer=lora_muon");
  EXPECT_EQ(complaint("sweep: {optimizer: lora_muon, optimizer.nesterov: [true, false]}\n").problem, "unknown key")
      << "there is but one choice";
  EXPECT_THAT(complaint("sweep: {model.layers: [1, 2], model.heads: [4, 5]}\nseeds: 2\n").problem, EndsWith(", with model.layers=1"));
}

TEST_F(StudyFile, TheTextOfACorpusIsPartOfTheRun) {
  std::string digest(64, 'a');
  int asked = 0;
  const run::Completion complete{[&](data::DataOptions& corpus) {
    ++asked;
    if (corpus.sha256.empty()) corpus.sha256 = digest, corpus.vocabulary = 40;
  }};
  const auto plan = [&](const std::vector<std::string>& overrides) {
    return load_study(experiments(kExperiments), "", "quick", overrides, complete).runs.at(0);
  };
  const auto own = plan({"data.file=mine.txt", "data.sha256=''"});
  EXPECT_EQ(own.config.at("data").at("sha256"), digest);
  EXPECT_EQ(own.config.at("data").at("vocabulary"), 40);
  const auto base = plan({"+base=austen", "base.data.file=mine.txt", "base.data.sha256=''"});
  EXPECT_EQ(base.config.at("base").at("data").at("sha256"), digest);
  digest = std::string(64, 'b');
  EXPECT_NE(plan({"data.file=mine.txt", "data.sha256=''"}).identity, own.identity);
  EXPECT_NE(plan({"+base=austen", "base.data.file=mine.txt", "base.data.sha256=''"}).identity, base.identity);
  EXPECT_GT(asked, 0);
}

TEST(LoadStudy, PlansNothingWhileACorpusIsLeftOpen) {
  const auto key = [](const std::vector<std::string>& overrides) {
    try {
      load("", "quick", overrides);
    } catch (const options::InputError& error) { return error.parts().key; }
    return std::string("planned");
  };
  EXPECT_EQ(key({"data.sha256=''"}), "data.sha256");
  EXPECT_EQ(key({"data.vocabulary=0"}), "data.vocabulary");
  EXPECT_EQ(key({"+base=austen", "base.data.sha256=''"}), "base.data.sha256");
  EXPECT_EQ(key({"data=synthetic", "data.vocabulary=26"}), "data.vocabulary");
}

TEST_F(StudyFile, NamesTheRootThatItsRunsAreComposedFrom) {
  const Study study = load_text("config_name: flow\nsweep: {flow: [specgf, gradient_flow]}\n");
  ASSERT_EQ(study.runs.size(), 2u);
  EXPECT_EQ(study.runs[1].config.at("flow").at("name"), "gradient_flow");
}

TEST_F(StudyFile, ARootThatIsNotThereIsNamedWithItsLine) {
  const auto parts = complaint("title: x\nconfig_name: flo\n");
  EXPECT_EQ(parts.key, "config_name");
  EXPECT_EQ(parts.nearest, "flow");
  EXPECT_THAT(parts.file, EndsWith("mine.yaml"));
  EXPECT_EQ(parts.line, 2);
}

}  // namespace
}  // namespace steepest::study
