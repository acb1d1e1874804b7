// tuned_test.cpp: what a proxy found, from made runs whose numbers are known.
#include "tune/tuned.h"

#include "report/tuning.h"
#include "results/made_study.h"
#include "tune/evidence.h"

namespace steepest::tune {
namespace {

using nlohmann::json;
using store::RunStatus;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const json kDefinition = {{"report", {{"kind", "best_rate"}, {"baseline", "2"}}}};

class Tuned : public results::MadeStudy {
 protected:
  Tuned() { database_.planner.put_study("small", "", kDefinition); }

  /// A row over the rates 0.03, 0.1, 0.3 and two seeds.
  void row(const json& rank, const std::vector<std::pair<double, double>>& losses) {
    const double rates[] = {0.03, 0.1, 0.3};
    for (std::size_t i = 0; i < losses.size(); ++i) {
      rated(rank, rates[i], 0, losses[i].first);
      rated(rank, rates[i], 1, losses[i].second);
    }
  }
  static ProxyStudy proxy() {
    ProxyStudy proxy;
    proxy.study.name = "small", proxy.study.scale = "quick", proxy.study.definition = kDefinition;
    proxy.dense.cell = {{"model.rank", "dense"}}, proxy.dense.flops = 4e9;
    proxy.proxy_text = "rank 2", proxy.dense_text = "rank dense";
    return proxy;
  }
  json printed(const std::vector<StoredRegret>& regrets = {}) {
    return json::parse(
        report::render(report::tuning_report(proxy(), *tuned(database_.reader, proxy()), regrets, {}), report::Format::json, true));
  }
  static json quantity(const json& report, const std::string& name) {
    for (const auto& row : report.at("rows")) {
      if (row.at("quantity") == name) return row;
    }
    return {};
  }
};

TEST_F(Tuned, TheProxysBestRateAndWhatItCost) {
  row(2, {{2.6, 2.6}, {2.2, 2.3}, {2.5, 2.4}});
  const auto found = tuned(database_.reader, proxy());
  ASSERT_TRUE(found);
  EXPECT_EQ(found->choice.rate, 0.1);
  EXPECT_THAT(found->rates, ElementsAre(0.03, 0.1, 0.3));
  EXPECT_THAT(found->neighbours(), ElementsAre(0.03, 0.1, 0.3));
  EXPECT_FALSE(found->verified);
  EXPECT_EQ(found->runs, 6);
  EXPECT_DOUBLE_EQ(found->flops, 6e9);
  const auto report = printed();
  EXPECT_EQ(quantity(report, "learning rate").at("value"), 0.1);
  EXPECT_EQ(quantity(report, "learning rate").at("low"), 0.1);
  EXPECT_DOUBLE_EQ(quantity(report, "share of a dense sweep, %").at("value").get<double>(), 25);
  EXPECT_DOUBLE_EQ(quantity(report, "cost, s").at("value").get<double>(), 6);
  EXPECT_TRUE(quantity(report, "regret found").is_null());
  EXPECT_THAT(report.at("footnotes"), Contains(HasSubstr("steepest run proxy")));
}

TEST_F(Tuned, TheRegretIsPairedBySeedWithTheBestOfTheRatesThatWereRun) {
  row(2, {{2.6, 2.6}, {2.5, 2.5}, {2.2, 2.3}});
  row("dense", {{1.9, 1.9}, {1.7, 1.8}, {1.73, 1.85}});
  const auto found = tuned(database_.reader, proxy());
  ASSERT_TRUE(found && found->verified);
  EXPECT_TRUE(found->choice.at_edge);
  EXPECT_THAT(found->neighbours(), ElementsAre(0.1, 0.3));
  EXPECT_EQ(found->verified->regret.own_rate, 0.1);
  EXPECT_NEAR(found->verified->regret.regret.mean, (0.03 + 0.05) / 2, 1e-12);
  EXPECT_NEAR(found->verified->regret.loss.mean, 1.79, 1e-12);
  const auto report = printed();
  EXPECT_NEAR(quantity(report, "regret found").at("low").get<double>(), 0.03, 1e-12);
  EXPECT_NEAR(quantity(report, "regret found").at("high").get<double>(), 0.05, 1e-12);
  EXPECT_TRUE(quantity(report, "optimum between the rates").is_null()) << "a best rate at the edge has none";
  EXPECT_THAT(report.at("footnotes"), Contains(HasSubstr("edge")));
}

TEST_F(Tuned, ADenseNetworkThatDivergesAtThatRateSaysSo) {
  row(2, {{2.6, 2.6}, {2.5, 2.5}, {2.2, 2.3}});
  rated("dense", 0.1, 0, 1.8);
  rated("dense", 0.3, 0, 0, RunStatus::diverged);
  const auto row = quantity(printed(), "regret found");
  EXPECT_TRUE(row.at("value").is_null());
  const auto text = report::render(report::tuning_report(proxy(), *tuned(database_.reader, proxy()), {}, {}), report::Format::table, true);
  EXPECT_THAT(text, HasSubstr("diverged at 0.3"));
}

TEST_F(Tuned, AProxyThatDivergesEverywhereFindsNothing) {
  EXPECT_FALSE(tuned(database_.reader, proxy()));
  rated(2, 0.1, 0, 0, RunStatus::diverged);
  EXPECT_FALSE(tuned(database_.reader, proxy()));
}

TEST_F(Tuned, WhatProxiesHaveCostElsewhereIsReadFromWhatIsStored) {
  EXPECT_TRUE(stored_regrets(database_.reader, "").empty());
  row(2, {{2.6, 2.6}, {2.5, 2.5}, {2.2, 2.3}});
  row("dense", {{1.9, 1.9}, {1.7, 1.8}, {1.73, 1.85}});
  EXPECT_TRUE(stored_regrets(database_.reader, "small").empty()) << "its own is no expectation";
  const auto regrets = stored_regrets(database_.reader, "another");
  ASSERT_EQ(regrets.size(), 1u);
  EXPECT_EQ(regrets[0].study, "small");
  EXPECT_EQ(regrets[0].network, "dense");
  EXPECT_EQ(regrets[0].proxy, "model.rank=2") << "another proxy than this one's may cost something else";
  EXPECT_NEAR(regrets[0].regret.regret.mean, 0.04, 1e-12);
  const auto report = printed(regrets);
  EXPECT_EQ(quantity(report, "regret elsewhere").at("value"), regrets[0].regret.expected.mean);
  EXPECT_NEAR(regrets[0].regret.expected.mean, 0.04, 1e-3) << "the proxy finds 0.3 whichever seeds are drawn";
  EXPECT_THAT(report.at("footnotes"), Not(Contains(HasSubstr("steepest run proxy"))));
}

TEST_F(Tuned, ClaimsThatDoNotHoldAreSaidFirst) {
  row(2, {{2.6, 2.6}, {2.2, 2.3}, {2.5, 2.4}});
  const auto judged = [](const std::string& statement, claims::Verdict verdict) {
    claims::Judged one;
    one.claim.statement = statement, one.claim.study = "of " + statement, one.scale = "paper";
    one.judgement.verdict = verdict, one.judgement.estimate = 0.02, one.judgement.low = 0.01, one.judgement.high = 0.03;
    return one;
  };
  const auto notes = report::tuning_report(proxy(), *tuned(database_.reader, proxy()), {},
                                           {judged("a", claims::Verdict::reproduced), judged("b", claims::Verdict::not_run),
                                            judged("c", claims::Verdict::not_reproduced), judged("d", claims::Verdict::inconclusive)})
                         .footnotes;
  std::vector<std::string> claims;
  for (const auto& note : notes) {
    if (note.find("of ") != std::string::npos && note.find("here") != std::string::npos) claims.push_back(note);
  }
  EXPECT_THAT(claims, ElementsAre("does not hold here: c (study of c, paper; regret 0.0200 [0.0100, 0.0300])",
                                  "undecided here: d (study of d, paper; regret 0.0200 [0.0100, 0.0300])",
                                  "holds here: a (study of a, paper; regret 0.0200 [0.0100, 0.0300])", HasSubstr("not run here")));
}

}  // namespace
}  // namespace steepest::tune
