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

}  // namespace
}  // namespace steepest::report
