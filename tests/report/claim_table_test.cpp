// claim_table_test.cpp: what is said of claims beside their verdicts.
#include "report/claim_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/header.h"

namespace steepest::report {
namespace {

using testing::Contains;
using testing::Key;
using testing::Not;
using testing::Pair;

claims::Judged judged(const std::string& study, bool mixed) {
  claims::Judged result;
  result.claim.name = result.claim.statement = "a claim on " + study;
  result.claim.study = study;
  result.scale = "paper";
  result.mixed = mixed;
  result.judgement.verdict = claims::Verdict::reproduced;
  return result;
}

TEST(ClaimTable, NamesTheStudiesThatTakeSeveralMachinesTogetherOnce) {
  const auto report = claim_report({judged("a", true), judged("b", false), judged("c", true), judged("a", true)});
  EXPECT_THAT(report.header, Contains(Pair(kMixedMachines, "in cells of a, c")));
  const auto rows = nlohmann::json::parse(render(report, Format::json, true)).at("rows");
  std::vector<bool> mixed;
  for (const auto& row : rows) mixed.push_back(row.at("mixed_machines"));
  EXPECT_EQ(mixed, (std::vector<bool>{true, false, true, true}));
  EXPECT_THAT(claim_report({judged("b", false)}).header, Not(Contains(Key(kMixedMachines))));
}

TEST(ClaimTable, ShowsAsManyDigitsAsAnIntervalTells) {
  struct Case {
    double estimate, low, high;
    const char* text;
  };
  for (const auto& [estimate, low, high, text] :
       {Case{0.0346, 0.012, 0.0561, "0.035 [0.012, 0.056]"}, Case{1.7739123, 1.7683, 1.7783, "1.7739 [1.7683, 1.7783]"},
        Case{147.2, 100, 190, "147 [100, 190]"}, Case{1.0000912, 1.0000911, 1.0000913, "1.00009 [1.00009, 1.00009]"},
        Case{2.2e-14, 9.2e-15, 3.6e-14, "2.2e-14 [9.2e-15, 3.6e-14]"}, Case{-1.9e-5, -4.3e-5, 8e-6, "-1.9e-05 [-4.3e-05, 8.0e-06]"},
        Case{2.2360679, 2.2360679, 2.2360679, "2.2"}}) {
    auto one = judged("a", false);
    one.judgement.estimate = estimate, one.judgement.low = low, one.judgement.high = high;
    EXPECT_THAT(render(claim_report({one}), Format::markdown, true), testing::HasSubstr(text));
  }
}

}  // namespace
}  // namespace steepest::report
