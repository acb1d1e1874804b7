// best_rate_test.cpp: the table of a small study whose numbers are known.
#include <algorithm>

#include "options/error.h"
#include "report/header.h"
#include "report/stored_study.h"

namespace steepest::report {
namespace {

using nlohmann::json;
using store::RunStatus;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

/// A database of runs of ranks and rates, written without the code under test.
class BestRate : public StoredStudy {
 protected:
  void run(const json& rank, double rate, std::int64_t seed, RunStatus status, double loss = 0, const json& more = json::object()) {
    const json config = {{"model", {{"rank", rank}, {"width", more.value("model.width", 128)}, {"layers", 2}}},
                         {"optimizer", {{"learning_rate", rate}}},
                         {"data", {{"name", corpus_}, {"sha256", "0123456789abcdef"}, {"vocabulary", vocabulary_}}},
                         {"training", {{"steps", 256}, {"batch", 32}, {"context", 128}}}};
    json cell = {{"model.rank", rank}, {"optimizer.learning_rate", rate}};
    cell.update(more);
    add(config, cell, seed, status, {{"validation_loss", 256, loss}});
  }

  void runs(const json& rank, double rate, const std::vector<double>& losses) {
    for (std::size_t seed = 0; seed < losses.size(); ++seed)
      run(rank, rate, static_cast<std::int64_t>(seed), RunStatus::completed, losses[seed]);
  }

  Report report(const json& section = json::object()) {
    json all = {{"kind", "best_rate"}};
    all.update(section);
    return StoredStudy::report(all);
  }

  /// The rows for machines, by rank.
  static std::map<std::string, json> by_rank(const Report& report) {
    std::map<std::string, json> result;
    const json printed = json::parse(render(report, Format::json, true));
    for (const auto& row : printed.at("rows")) result[row.at("rank")] = row;
    return result;
  }

  std::string corpus_ = "tinyshakespeare";
  std::int64_t vocabulary_ = 65, seed_ = 0;
};

const json kReference = {
    {"reference",
     {{"source", "arXiv 2606.12921"},
      {"values",
       {{"dense", {{"rate", 0.1}, {"loss", 1.789}, {"standard_error", 0.002}}}, {"2", {{"loss", 2.156}, {"parameters", 4.3}}}}}}}};

TEST_F(BestRate, TakesTheRateWithTheSmallestMean) {
  runs("dense", 0.03, {1.9, 1.9});
  runs("dense", 0.1, {1.7, 1.8});
  runs("dense", 0.3, {1.6, 2.0});  // the best single run, but not the best mean
  const auto row = by_rank(report()).at("dense");
  EXPECT_EQ(row.at("learning_rate"), 0.1);
  EXPECT_DOUBLE_EQ(row.at("loss").get<double>(), 1.75);
  EXPECT_NEAR(row.at("standard_error").get<double>(), 0.05, 1e-12);
  EXPECT_DOUBLE_EQ(row.at("low").get<double>(), 1.7);  // two seeds: the interval reaches from one to the other
  EXPECT_EQ(row.at("seeds"), 2);
  EXPECT_EQ(row.at("rate_at_edge"), false);
}

TEST_F(BestRate, PutsDenseFirstThenFallingRank) {
  for (const json& rank : {json(2), json(32), json("dense"), json(8), json(128)}) runs(rank, 0.1, {2.0});
  const auto table = report().table;
  std::vector<std::string> order;
  for (const auto& row : table.rows) order.push_back(row[0]);
  EXPECT_EQ(order, (std::vector<std::string>{"dense", "128", "32", "8", "2"}));
}

TEST_F(BestRate, SaysWhatTakingOverTheBaselinesRateCosts) {
  runs("dense", 0.1, {1.7, 1.8});
  runs("dense", 0.3, {1.9, 1.9});
  runs(2, 0.1, {2.3, 2.5});
  runs(2, 0.3, {2.2, 2.4});
  const auto rows = by_rank(report());
  EXPECT_DOUBLE_EQ(rows.at("2").at("loss_at_baseline_rate").get<double>(), 2.4);
  EXPECT_NEAR(rows.at("2").at("transfer_regret").get<double>(), 0.1, 1e-12);
  EXPECT_EQ(rows.at("dense").at("transfer_regret"), 0.0);
  EXPECT_THAT(render(report(), Format::table, true), HasSubstr("2.4000 (+0.1000)"));
}

TEST_F(BestRate, SaysWhenTheBestRateIsAtTheEdge) {
  runs("dense", 0.1, {1.7});
  runs("dense", 0.3, {1.9});
  const auto text = render(report(), Format::table, true);
  EXPECT_THAT(text, HasSubstr("0.1 (edge)"));
  EXPECT_THAT(text, HasSubstr("edge: the smallest or largest rate"));
}

TEST_F(BestRate, TellsHowSureTheRateIsAndWhereTheOptimumLiesBetweenTheRates) {
  runs("dense", 0.01, {3.0, 3.0});
  runs("dense", 0.1, {2.0, 2.0});
  runs("dense", 1.0, {2.5, 2.5});
  const auto row = by_rank(report()).at("dense");
  EXPECT_EQ(row.at("rate_low"), 0.1);
  EXPECT_EQ(row.at("rate_high"), 0.1);
  // Of x = log10(rate) + 1 the losses 3, 2, 2.5 at -1, 0, 1 are 2 - x / 4 + 3 x² / 4, lowest at x = 1/6.
  EXPECT_NEAR(row.at("optimum").get<double>(), 0.1 * std::pow(10, 1.0 / 6), 1e-12);
  EXPECT_NEAR(row.at("optimum_low").get<double>(), row.at("optimum").get<double>(), 1e-12);
  EXPECT_THAT(render(report(), Format::table, true), HasSubstr("0.1 [0.1, 0.1]"));
  EXPECT_THAT(render(report(), Format::table, true), HasSubstr("0.147 [0.147, 0.147]"));
}

TEST_F(BestRate, ABestRateAtTheEdgeHasNoOptimum) {
  runs("dense", 0.1, {1.7, 1.8});
  runs("dense", 0.3, {1.9, 2.0});
  EXPECT_TRUE(by_rank(report()).at("dense").at("optimum").is_null());
  EXPECT_THAT(render(report(), Format::table, true), HasSubstr("0.1 (edge) [0.1, 0.1]"));
}

TEST_F(BestRate, ARateAtWhichASeedDivergedIsNeverTheBest) {
  runs("dense", 0.1, {1.9, 1.9});
  run("dense", 0.3, 0, RunStatus::completed, 1.0);
  run("dense", 0.3, 1, RunStatus::diverged);
  const auto row = by_rank(report()).at("dense");
  EXPECT_EQ(row.at("learning_rate"), 0.1);
  EXPECT_EQ(row.at("diverged"), 1);
  EXPECT_EQ(row.at("missing"), 0);
}

TEST_F(BestRate, ARowThatDivergedEverywhereStaysInTheTable) {
  runs("dense", 0.1, {1.9});
  run(2, 0.1, 0, RunStatus::diverged);
  const auto row = by_rank(report()).at("2");
  EXPECT_TRUE(row.at("learning_rate").is_null());
  EXPECT_TRUE(row.at("loss").is_null());
  EXPECT_EQ(row.at("diverged"), 1);
  EXPECT_THAT(render(report(), Format::table, true), HasSubstr("diverged"));
}

TEST_F(BestRate, NamesWhatIsMissing) {
  runs("dense", 0.1, {1.9, 1.8});
  run(2, 0.1, 0, RunStatus::completed, 2.0);
  run(2, 0.1, 1, RunStatus::failed);
  run(2, 0.3, 0, RunStatus::queued);
  const auto notes = report().footnotes;
  EXPECT_THAT(notes, Contains("incomplete: rank 2: 2 of 3 runs are missing, 1 of them failed"));
  EXPECT_THAT(notes, Not(Contains(HasSubstr("rank dense"))));
}

TEST_F(BestRate, PutsThePapersFigureBesideOurs) {
  runs("dense", 0.1, {1.9});
  runs(8, 0.1, {2.0});
  runs(2, 0.1, {2.2});
  const auto found = report(kReference);
  EXPECT_EQ(by_rank(found).at("dense").at("paper_loss"), 1.789);
  EXPECT_EQ(by_rank(found).at("dense").at("paper_learning_rate"), 0.1);
  EXPECT_TRUE(by_rank(found).at("2").at("paper_learning_rate").is_null());
  EXPECT_TRUE(by_rank(found).at("8").at("paper_loss").is_null());
  EXPECT_THAT(render(found, Format::table, true), HasSubstr("2.156 (4.3 %)"));
  EXPECT_THAT(render(found, Format::table, true), HasSubstr("1.789 ± 0.002 at 0.1"));
  EXPECT_THAT(found.footnotes, Contains("paper: arXiv 2606.12921"));
}

TEST_F(BestRate, ASyntheticCorpusIsNeverComparedWithThePaper) {
  corpus_ = "synthetic";
  runs("dense", 0.1, {1.9});
  const auto found = report(kReference);
  ASSERT_EQ(found.notices.size(), 1u);
  EXPECT_THAT(found.notices[0], HasSubstr("SYNTHETIC"));
  for (const auto format : {Format::table, Format::markdown, Format::csv, Format::json}) {
    EXPECT_THAT(render(found, format, true), Not(HasSubstr("1.789"))) << "the paper's figure must not even stand there";
  }
}

TEST_F(BestRate, CountsHiddenParameters) {
  runs("dense", 0.1, {1.9});
  runs(2, 0.1, {2.2});
  const auto rows = by_rank(report());
  EXPECT_DOUBLE_EQ(rows.at("dense").at("parameters_percent").get<double>(), 100.0);
  // Two layers of four 128 x 128 and two 512 x 128 matrices; a factor pair has rank * (fan_in + fan_out) numbers.
  EXPECT_NEAR(rows.at("2").at("parameters_percent").get<double>(), 100.0 * (4 * 2 * 256 + 2 * 2 * 640) / (4 * 128 * 128 + 2 * 512 * 128.0),
              1e-9);
}

TEST_F(BestRate, CountsEmbeddingAndHeadOfTheRunsOwnVocabulary) {
  const auto total = [&](std::int64_t vocabulary) {
    vocabulary_ = vocabulary;
    runs(2, 0.1, {2.2});
    return by_rank(report()).at("2").at("parameters_percent_total");
  };
  const double low = 2 * (4 * 2 * 256 + 2 * 2 * 640), dense = 2 * (4 * 128 * 128 + 2 * 512 * 128);
  EXPECT_NEAR(total(200).get<double>(), 100.0 * (low + 2 * 200 * 128) / (dense + 2 * 200 * 128), 1e-9);
}

TEST_F(BestRate, SaysTheWholeShareOfARowOnceForAllPanels) {
  const auto line = [&] {
    const auto all = report().footnotes;
    return *std::find_if(all.begin(), all.end(), [](const std::string& each) { return each.substr(0, 11) == "parameters:"; });
  };
  for (const int width : {64, 128}) run("dense", 0.1, 0, RunStatus::completed, 2.0, {{"model.width", width}});
  EXPECT_THAT(line(), testing::EndsWith(" on both sides 100.0 %"));
  for (const int width : {64, 128}) run(2, 0.1, 0, RunStatus::completed, 2.0, {{"model.width", width}});
  EXPECT_THAT(line(), testing::MatchesRegex(".* on both sides dense: 100.0 %, 2 with width 64: [0-9.]+ %, 2 with width 128: [0-9.]+ %"));
}

TEST_F(BestRate, DoesNotGuessTheVocabularyOfAnOlderRun) {
  vocabulary_ = 0;
  runs(2, 0.1, {2.2});
  EXPECT_TRUE(by_rank(report()).at("2").at("parameters_percent_total").is_null());
  EXPECT_GT(by_rank(report()).at("2").at("parameters_percent").get<double>(), 0);
}

TEST_F(BestRate, TellsCorpusSeedsTokensAndVersion) {
  runs("dense", 0.1, {1.9, 1.8});
  const auto text = render(report(), Format::table, true);
  EXPECT_THAT(text, HasSubstr("tinyshakespeare (SHA-256 0123456789ab…)"));
  EXPECT_THAT(text, HasSubstr("2 (0, 1)"));
  EXPECT_THAT(text, HasSubstr("1.05M (256 × 32 × 128)"));
  EXPECT_THAT(text, HasSubstr("numerics      1"));
  EXPECT_THAT(text, HasSubstr("machine       not recorded"));
}

TEST_F(BestRate, TellsWhatWasFineTuned) {
  const json trained = {{"data", {{"name", "austen"}, {"file", "austen.txt"}, {"sha256", "abcdef0123456789"}}},
                        {"training", {{"steps", 256}}},
                        {"optimizer", {{"name", "muon"}}}};
  const json loaded = {{"name", "loaded"}, {"weights", {{"file", "mine.safetensors"}, {"sha256", "fedcba9876543210"}}}};
  for (const auto& [base, said] : {std::pair(trained, "256 steps of muon on austen (SHA-256 abcdef012345…)"),
                                   std::pair(loaded, "mine.safetensors (SHA-256 fedcba987654…)")}) {
    const json config = {{"model", {{"rank", 2}}}, {"data", {{"name", "tinyshakespeare"}}}, {"base", base}};
    add(config, {{"model.rank", 2}, {"optimizer.learning_rate", 0.1}}, seed_++, RunStatus::completed, {{"validation_loss", 256, 1.0}});
    EXPECT_THAT(render(report(), Format::table, true), HasSubstr(said));
  }
}

TEST_F(BestRate, TellsTheMachineFromTheEnvironment) {
  runs("dense", 0.1, {1.9});
  database_.recorder.set_environment(
      1, {{"cpu_model", "Some CPU"}, {"device", "cpu"}, {"libtorch", "9.9"}, {"cpu_capability", "AVX2"}, {"dirty", true}});
  const auto found = report();
  EXPECT_THAT(render(found, Format::table, true), HasSubstr("Some CPU, cpu, LibTorch 9.9 (AVX2)"));
  EXPECT_THAT(found.footnotes, Contains(HasSubstr("not committed")));
}

TEST_F(BestRate, SaysWhereTheRunsOfACellAreOfSeveralMachines) {
  runs("dense", 0.1, {1.9, 1.8});
  runs("dense", 0.2, {1.9, 1.8});
  const auto on = [&](std::int64_t run, const char* cpu, const char* commit) {
    database_.recorder.set_environment(run, {{"cpu_model", cpu}, {"device", "cpu"}, {"libtorch", "9.9"}, {"commit", commit}});
  };
  for (const std::int64_t run : {1, 2}) on(run, "One CPU", run == 1 ? "aaa" : "bbb");
  for (const std::int64_t run : {3, 4}) on(run, "Another CPU", "aaa");
  EXPECT_THAT(render(report(), Format::table, true), Not(HasSubstr("mixed machines"))) << "cells of two machines, each of one";
  on(4, "One CPU", "aaa");
  const auto mixed = render(report(), Format::table, true);
  EXPECT_THAT(mixed, HasSubstr("mixed machines"));
  EXPECT_THAT(mixed, HasSubstr("the runs of 1 of 2 cells are not all of one kind of machine and one LibTorch"));
}

TEST(Cautions, NameWhatWasTrainedAsOne) {
  results::Provenance found;
  EXPECT_TRUE(cautions(found, 4).empty());
  found.runs.runs = 12, found.stacked = 8;
  EXPECT_THAT(cautions(found, 4),
              testing::ElementsAre(testing::Pair("stacked", HasSubstr("8 of 12 runs were trained as one with others"))));
}

TEST_F(BestRate, OtherSweptKeysStandBesideTheRow) {
  for (const int width : {64, 128}) {
    run("dense", 0.1, 0, RunStatus::completed, 1.0 + width, {{"model.width", width}});
    run(2, 0.1, 0, RunStatus::completed, 2.0 + width, {{"model.width", width}});
  }
  const auto table = report().table;
  EXPECT_EQ(table.rows.size(), 4u);
  EXPECT_EQ(table.columns[1].header, "with");
  EXPECT_EQ(table.rows[0][1], "width 64");
  EXPECT_EQ(table.rows[3][1], "width 128");
  EXPECT_EQ(nlohmann::json(to_json(table)).at(3).at("width"), 128);
}

TEST_F(BestRate, AKeyThatFollowsTheRowIsNoColumn) {
  run("dense", 0.1, 0, RunStatus::completed, 1.0, {{"optimizer", "muon"}});
  run(2, 0.1, 0, RunStatus::completed, 2.0, {{"optimizer", "lora_muon"}});
  EXPECT_EQ(report().table.rows.size(), 2u);
  EXPECT_EQ(by_rank(report()).at("2").at("loss_at_baseline_rate"), 2.0) << "dense is the baseline although its optimizer differs";
}

TEST_F(BestRate, IsTheSameInAllFormats) {
  runs("dense", 0.1, {1.9, 1.8});
  const auto found = report(kReference);
  EXPECT_THAT(render(found, Format::markdown, true), HasSubstr("| dense | 100.0 % |"));
  EXPECT_THAT(render(found, Format::csv, true), testing::StartsWith("rank,parameters_percent,"));
  const auto parsed = json::parse(render(found, Format::json, true));
  EXPECT_EQ(parsed.at("title"), "A small study");
  EXPECT_EQ(parsed.at("rows").size(), 1u);
  for (const unsigned char byte : render(found, Format::table, false)) EXPECT_LT(byte, 0x80);
}

TEST_F(BestRate, RefusesWhatItCannotRead) {
  runs("dense", 0.1, {1.9});
  EXPECT_THROW(report({{"row", "model.no_such_key"}}), options::InputError);
  EXPECT_THROW(report({{"rate", "data.name"}}), options::InputError);
  EXPECT_THROW(report({{"reference", {{"values", {{"dense", {{"loss", "low"}}}}}}}}), options::InputError);
  try {
    report({{"kind", "best_rat"}});
    FAIL();
  } catch (const options::InputError& error) { EXPECT_EQ(error.parts().nearest, "best_rate"); }
}

}  // namespace
}  // namespace steepest::report
