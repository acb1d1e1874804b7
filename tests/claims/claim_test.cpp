// claim_test.cpp: files of claims, and what they come to over stored runs.
#include "claims/claim.h"

#include <fstream>
#include <set>

#include "claims/evaluate.h"
#include "known_inputs.h"
#include "options/error.h"
#include "results/made_study.h"
#include "study/study.h"
#include "sweep/planner.h"

namespace steepest::claims {
namespace {

using options::InputError;

class Claims : public results::MadeStudy {
 protected:
  Claims() {
    std::filesystem::create_directories(folder_ / "experiments" / "claims");
    std::filesystem::create_directories(folder_ / "experiments" / "study");
    std::ofstream(folder_ / "experiments" / "config.yaml") << "seed: 0\n";
    std::ofstream(folder_ / "experiments" / "study" / "small.yaml") << "title: small\n";
  }
  Claim read(const std::string& text, const std::string& name = "mine") const {
    std::ofstream(folder_ / "experiments" / "claims" / "mine.yaml") << text;
    return read_claim(study::experiments(folder_ / "experiments"), name);
  }
  InputError::Parts complaint(const std::string& text, const std::string& name = "mine") const {
    try {
      read(text, name);
    } catch (const InputError& error) { return error.parts(); }
    ADD_FAILURE() << "it was taken: " << text;
    return {};
  }
  Judged evaluated(const Claim& claim, const std::string& scale = "") const { return evaluate({claim}, &database_.reader, scale).at(0); }
};

const std::string kText =
    "statement: rank 2 is above\nsource: somewhere\nstudy: small\nstatistic: best_rate\n"
    "rows: {label: 2}\nvalue: regret.gap\nholds: {at_least: 0.3, at_most: 0.5}\nreported: 0.367\n";

TEST_F(Claims, AreReadWithTheirDefaults) {
  const auto claim = read(kText);
  EXPECT_EQ(claim.name, "mine");
  EXPECT_EQ(claim.seeds, 6);
  EXPECT_EQ(claim.reported, 0.367);
  EXPECT_EQ(claim.holds.at_most, 0.5);
  EXPECT_EQ(claim.rows, (nlohmann::json{{"label", 2}}));
  EXPECT_TRUE(
      std::isinf(read("statement: s\nsource: s\nstudy: small\nstatistic: cells\nvalue: level\nholds: {at_least: 1}\n").holds.at_most));
}

TEST_F(Claims, WhatIsWrongIsToldWithItsPlace) {
  const auto without = [](const std::string& line, const std::string& instead = "") {
    std::string text = kText;
    const auto at = text.find(line), end = text.find('\n', at);
    return text.replace(at, end - at, instead);
  };
  EXPECT_EQ(complaint(kText, "mien").nearest, "mine");
  EXPECT_EQ(complaint(kText + "statment: x\n").nearest, "statement");
  EXPECT_EQ(complaint(kText + "statment: x\n").line, 9);
  EXPECT_EQ(complaint(without("study:", "study: smal")).nearest, "small");
  EXPECT_EQ(complaint(without("study:", "study: smal")).line, 3);
  EXPECT_EQ(complaint(without("statistic:", "statistic: best_rates")).nearest, "best_rate");
  EXPECT_EQ(complaint(without("holds:")).key, "holds");
  EXPECT_EQ(complaint(without("holds:", "holds: {}")).line, 7);
  EXPECT_EQ(complaint(without("holds:", "holds: {at_least: 2, at_most: 1}")).line, 7);
  EXPECT_EQ(complaint(without("holds:", "holds: {at_lest: 2}")).nearest, "at_least");
  EXPECT_EQ(complaint(without("rows:", "rows: 5")).line, 5);
}

TEST_F(Claims, AreJudgedByTheRunsOfTheirStudy) {
  const auto claim = read(kText);
  EXPECT_EQ(evaluate({claim}, nullptr, "").at(0).judgement.verdict, Verdict::not_run) << "there is no file";
  EXPECT_EQ(evaluated(claim).judgement.verdict, Verdict::not_run) << "there are no runs";
  for (int seed = 0; seed < 6; ++seed) {
    rated("dense", 0.1, seed, 1.7 + 0.01 * seed);
    rated(2, 0.1, seed, 2.1 + 0.011 * seed);
    if (seed == 4) { EXPECT_EQ(evaluated(claim).judgement.why, "5 of 6 seeds"); }
  }
  const auto judged = evaluated(claim);
  EXPECT_EQ(judged.judgement.verdict, Verdict::reproduced);
  EXPECT_EQ(judged.scale, "quick");
  EXPECT_NEAR(judged.judgement.estimate, 0.4025, 1e-9) << "paired by seed";
  EXPECT_EQ(judged.judgement.seeds, 6);
  EXPECT_EQ(evaluated(claim, "paper").judgement.verdict, Verdict::not_run);
}

TEST_F(Claims, OfWhatTheStudyDoesNotHaveAreNotRunAndSayWhy) {
  rated(2, 0.1, 0, 2.0);
  const auto judged =
      evaluated(read("statement: s\nsource: s\nstudy: small\nstatistic: cells\noptions: {against: [model.width=64]}\n"
                     "value: difference\nholds: {at_most: 0}\n"));
  EXPECT_EQ(judged.judgement.verdict, Verdict::not_run);
  EXPECT_THAT(judged.judgement.why, testing::HasSubstr("does not sweep"));
  EXPECT_THROW(evaluated(read("statement: s\nsource: s\nstudy: small\nstatistic: cells\nvalue: levle\nholds: {at_most: 0}\n")), InputError);
}

// At the scale that they are made for each is about rows that its study has; none of these has run.
TEST_F(Claims, OfTheProjectAreAboutWhatTheirStudiesHave) {
  const auto composer = study::experiments(STEEPEST_SOURCE_DIR "/experiments");
  std::vector<Claim> claims;
  std::set<std::string> studies;
  for (const auto& name : claim_names(composer)) studies.insert(claims.emplace_back(read_claim(composer, name)).study);
  ASSERT_FALSE(claims.empty());
  for (const auto& name : studies) {
    for (const char* scale : {"smoke", "quick", "paper"})
      sweep::plan(database_.planner, study::load_study(composer, name, scale, {}, run::known_inputs()));
  }
  for (const auto& judged : evaluate(claims, &database_.reader, "paper")) {
    EXPECT_GT(judged.judgement.rows, 0) << judged.claim.name;
    EXPECT_EQ(judged.judgement.why, "") << judged.claim.name;
    if (judged.claim.seeds > 0) { EXPECT_EQ(judged.judgement.verdict, Verdict::not_run) << judged.claim.name; }
  }
  for (const char* scale : {"smoke", "quick"}) EXPECT_NO_THROW(evaluate(claims, &database_.reader, scale));
}

}  // namespace
}  // namespace steepest::claims
