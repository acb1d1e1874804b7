// judge_test.cpp: the verdict from an interval and the values at which a claim holds.
#include "claims/judge.h"

#include <gtest/gtest.h>

#include <random>

#include "options/error.h"

namespace steepest::claims {
namespace {

using nlohmann::ordered_json;

Claim claim(double at_least, double at_most, nlohmann::json rows = {}) {
  Claim result;
  result.value = "shift";
  result.holds = {at_least, at_most};
  result.rows = std::move(rows);
  return result;
}

ordered_json row(double low, double high, std::int64_t n = 6, std::int64_t diverged = 0) {
  return {{"keys", {{"optimizer", "spectron"}, {"model.rank", 8}}},
          {"at", 9.0},
          {"counts", {{"diverged", diverged}}},
          {"shift", {{"n", n}, {"mean", (low + high) / 2}, {"low", low}, {"high", high}}}};
}

Verdict verdict(const Claim& claim, const ordered_json& rows) { return judge(claim, rows).verdict; }

// Whatever the numbers: inside, outside, or neither; and turning everything around changes nothing.
TEST(Judge, VerdictIsWhereTheIntervalLies) {
  std::mt19937_64 engine(1);
  std::uniform_real_distribution<double> draw(-1, 1);
  for (int i = 0; i < 500; ++i) {
    double a = draw(engine), b = draw(engine), low = draw(engine), high = draw(engine);
    if (a > b) std::swap(a, b);
    if (low > high) std::swap(low, high);
    const bool inside = low >= a && high <= b, outside = high < a || low > b;
    const auto expected = inside ? Verdict::reproduced : outside ? Verdict::not_reproduced : Verdict::inconclusive;
    EXPECT_EQ(verdict(claim(a, b), ordered_json::array({row(low, high)})), expected);
    EXPECT_EQ(verdict(claim(-b, -a), ordered_json::array({row(-high, -low)})), expected);
  }
}

// That an interval holds zero does not say that there is no shift: it has to be narrow.
TEST(Judge, NoShiftIsATestOfEquivalence) {
  const auto none = claim(-1e-3, 1e-3);
  EXPECT_EQ(verdict(none, ordered_json::array({row(-5e-4, 4e-4)})), Verdict::reproduced);
  EXPECT_EQ(verdict(none, ordered_json::array({row(2e-4, 4e-4)})), Verdict::reproduced) << "a shift, but none that matters";
  EXPECT_EQ(verdict(none, ordered_json::array({row(-5e-2, 4e-2)})), Verdict::inconclusive);
  EXPECT_EQ(verdict(none, ordered_json::array({row(2e-2, 4e-2)})), Verdict::not_reproduced);
}

TEST(Judge, FewSeedsAndDivergedRunsDecideNothing) {
  const auto few = judge(claim(0, 1), ordered_json::array({row(0.2, 0.3, 2)}));
  EXPECT_EQ(few.verdict, Verdict::inconclusive);
  EXPECT_EQ(few.why, "2 of 6 seeds");
  EXPECT_EQ(few.low, 0.2) << "the numbers are told all the same";
  EXPECT_EQ(verdict(claim(0, 1), ordered_json::array({row(0.2, 0.3, 6, 1)})), Verdict::inconclusive);
  EXPECT_EQ(verdict(claim(0, 1), ordered_json::array({row(0.2, 0.3, 0)})), Verdict::not_run);
  EXPECT_EQ(verdict(claim(0, 1), ordered_json::array()), Verdict::not_run);
  auto one = claim(0, 1);
  one.seeds = 1;
  ordered_json single = row(0.2, 0.3, 1);
  single["shift"]["low"] = single["shift"]["high"] = nullptr;
  EXPECT_EQ(verdict(one, ordered_json::array({single})), Verdict::inconclusive);
}

TEST(Judge, TheWorstRowDecidesOfThoseThatTheClaimIsAbout) {
  ordered_json rows = ordered_json::array({row(0.2, 0.3), row(0.1, 0.3), row(-0.1, 0.3), row(-0.4, -0.3)});
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i]["keys"]["model.rank"] = 1 << i;
  const auto about = [&](const nlohmann::json& ranks) {
    ordered_json some = ordered_json::array();
    for (const auto& rank : ranks) some.push_back(rows[rank.get<std::size_t>()]);
    return judge(claim(0, 1), some);
  };
  EXPECT_EQ(about({0, 1}).verdict, Verdict::reproduced);
  EXPECT_EQ(about({0, 1}).low, 0.1) << "the one nearest to the bounds is shown";
  EXPECT_EQ(about({0, 1}).row, "rank 2, optimizer spectron, 9");
  EXPECT_EQ(about({0, 1, 2}).verdict, Verdict::inconclusive);
  EXPECT_EQ(about({0, 1, 2, 3}).verdict, Verdict::not_reproduced);
  const auto one = judge(claim(0, 1, {{"keys", {{"model.rank", 1}}}, {"at", 9}}), rows);
  EXPECT_EQ(one.verdict, Verdict::reproduced);
  EXPECT_EQ(one.rows, 1);
  EXPECT_TRUE(one.row.empty());
  EXPECT_EQ(verdict(claim(0, 1, {{"keys", {{"model.rank", 64}}}}), rows), Verdict::not_run);
  const auto rank = [](int value) { return nlohmann::json{{"keys", {{"model.rank", value}}}}; };
  EXPECT_EQ(judge(claim(0, 1, nlohmann::json::array({rank(1), rank(4)})), rows).rows, 2) << "any of a list";
}

TEST(Judge, ExactNumbersHaveNoSeeds) {
  auto exact = claim(4.2, 4.4);
  exact.value = "share.percent";
  const ordered_json rows = ordered_json::array({{{"label", "2"}, {"share", {{"percent", 4.3}}}}});
  EXPECT_EQ(verdict(exact, rows), Verdict::reproduced);
  exact.holds = {1, 2};
  EXPECT_EQ(verdict(exact, rows), Verdict::not_reproduced);
}

// Worse than any number: a rate that diverges does not carry over.
TEST(Judge, ARegretOfADivergedRateIsBeyondEveryBound) {
  auto regret = claim(-1, 0.01);
  regret.value = "regret.regret";
  const ordered_json none{{"n", 0}, {"mean", nullptr}, {"low", nullptr}, {"high", nullptr}};
  const auto rows = [&](bool diverged) {
    return ordered_json::array({{{"label", "2"}, {"with", ""}, {"regret", {{"diverged", diverged}, {"regret", none}}}}});
  };
  EXPECT_EQ(verdict(regret, rows(true)), Verdict::not_reproduced);
  EXPECT_EQ(verdict(regret, rows(false)), Verdict::not_run);
  EXPECT_EQ(verdict(regret, ordered_json::array({{{"label", "2"}, {"regret", nullptr}}})), Verdict::not_run);
  EXPECT_EQ(verdict(claim(0, 1), ordered_json::array({row(0.2, 0.3, 0, 3)})), Verdict::inconclusive) << "all of them diverged";
}

TEST(Judge, ANumberThatThereIsNotIsNamed) {
  auto wrong = claim(0, 1);
  wrong.value = "shfit";
  try {
    judge(wrong, ordered_json::array({row(0, 1)}));
    FAIL() << "it was found";
  } catch (const options::InputError& error) { EXPECT_EQ(error.parts().nearest, "shift"); }
  wrong.value = "keys";
  EXPECT_THROW(judge(wrong, ordered_json::array({row(0, 1)})), options::InputError);
}

}  // namespace
}  // namespace steepest::claims
