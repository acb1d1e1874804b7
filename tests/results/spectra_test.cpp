// spectra_test.cpp: the statistic `spectra` from recorded singular values, and what a flow's modes bring beside.
#include "results/spectra.h"

#include <cmath>

#include "options/error.h"
#include "results/made_study.h"
#include "results/named.h"

namespace steepest::results {
namespace {

using nlohmann::json;
using store::RunStatus;

class SpectraOf : public MadeStudy {
 protected:
  using Course = std::vector<std::vector<double>>;  ///< singular values at steps 0, 10, 20, ...

  void run(const std::string& cell, std::int64_t seed, const std::map<std::string, Course>& matrices,
           RunStatus status = RunStatus::completed) {
    std::vector<store::SpectrumRow> rows;
    for (const auto& [matrix, course] : matrices) {
      for (std::size_t at = 0; at < course.size(); ++at) {
        for (std::size_t i = 0; i < course[at].size(); ++i)
          rows.push_back({matrix, static_cast<std::int64_t>(10 * at), static_cast<int>(i), course[at][i]});
      }
    }
    add({{"cell", cell}}, {{"cell", cell}}, seed, status, {{"validation_loss", 20, 2.0}}, rows);
  }
  json rows_of(const json& options) const {
    const auto study = load(wanted_by("spectra", options));
    return to_json(statistic("spectra", options, study)).at("rows");
  }
};

double mean(const json& of) { return of.at("mean").get<double>(); }

TEST_F(SpectraOf, GrowthAndRankAreThoseOfTheRecordedValues) {
  // Growths 0.2, 0.1 a step; at the end 4 and 2: shares 2/3 and 1/3.
  run("a", 0,
      {{"adapter.query", {{0, 0}, {2, 1}, {4, 2}}}, {"adapter.value", {{0, 0}, {1, 1}, {3, 3}}}, {"query", {{9, 9}, {9, 9}, {9, 9}}}});
  const auto rows = rows_of({{"matrices", "adapter.*"}});
  ASSERT_EQ(rows.size(), 1u);
  const auto& matrices = rows[0].at("matrices");
  ASSERT_EQ(matrices.size(), 2u) << "the pattern leaves the third out";
  const double rank = std::exp(-(2.0 / 3) * std::log(2.0 / 3) - (1.0 / 3) * std::log(1.0 / 3));
  EXPECT_NEAR(mean(matrices[0].at("effective_rank")), rank, 1e-12);
  EXPECT_NEAR(mean(matrices[0].at("rank_share")), rank / 2, 1e-12);
  EXPECT_NEAR(mean(matrices[0].at("growth_ratio")), 2, 1e-12);
  EXPECT_NEAR(mean(matrices[0].at("growth_spread")), 0.1 / 0.15, 1e-12);
  EXPECT_NEAR(mean(matrices[1].at("rank_share")), 1, 1e-12);
  EXPECT_NEAR(mean(matrices[1].at("growth_ratio")), 1, 1e-12);
  EXPECT_NEAR(mean(rows[0].at("median_share")), (rank / 2 + 1) / 2, 1e-12);
  EXPECT_NEAR(mean(rows[0].at("lowest_share")), rank / 2, 1e-12);
  EXPECT_NEAR(mean(rows[0].at("highest_spread")), 0.1 / 0.15, 1e-12);
  EXPECT_EQ(mean(rows[0].at("level")), 2);
  EXPECT_EQ(matrices[0].at("courses")[0].at("steps"), json({0, 10, 20}));
  EXPECT_EQ(matrices[0].at("courses")[0].at("values")[1], json({2, 1}));
}

TEST_F(SpectraOf, TheWindowSaysOverWhichStepsGrowthIsTaken) {
  run("a", 0, {{"adapter.query", {{0, 0}, {5, 1}, {6, 2}}}});
  EXPECT_NEAR(mean(rows_of({{"window", {0.5, 1.0}}})[0].at("matrices")[0].at("growth_ratio")), 1, 1e-12);
  EXPECT_THROW(rows_of({{"window", {0.5, 2.0}}}), options::InputError);
  EXPECT_THROW(rows_of({{"window", {0.5}}}), options::InputError);
}

TEST_F(SpectraOf, AreOverSeedsAndCompletedRuns) {
  run("a", 0, {{"m", {{0, 0}, {1, 1}}}});
  run("a", 1, {{"m", {{0, 0}, {3, 1}}}});
  run("a", 2, {{"m", {{0, 0}, {100, 1}}}}, RunStatus::diverged);
  const auto rows = rows_of(json::object());
  EXPECT_EQ(rows[0].at("matrices")[0].at("growth_ratio").at("n"), 2);
  EXPECT_NEAR(mean(rows[0].at("matrices")[0].at("growth_ratio")), 2, 1e-12);
  EXPECT_EQ(rows[0].at("counts").at("diverged"), 1);
}

TEST_F(SpectraOf, WhatDoesNotGrowHasNoRatioAndZerosNoRank) {
  run("a", 0, {{"m", {{0, 0}, {1, 0}}}, {"zero", {{0, 0}, {0, 0}}}});
  const auto matrices = rows_of(json::object())[0].at("matrices");
  EXPECT_EQ(matrices[0].at("growth_ratio").at("n"), 0);
  EXPECT_NEAR(mean(matrices[0].at("growth_spread")), 2, 1e-12);
  EXPECT_EQ(matrices[1].at("effective_rank").at("n"), 0);
}

TEST_F(SpectraOf, AMatrixThatNobodyLookedAtIsSaid) {
  run("a", 0, {{"query", {{1, 1}}}});
  try {
    rows_of({{"matrices", "adaptr.*"}});
    FAIL();
  } catch (const options::InputError& error) { EXPECT_NE(std::string(error.what()).find("adaptr.*"), std::string::npos); }
}

}  // namespace
}  // namespace steepest::results
