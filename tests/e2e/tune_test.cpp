// tune_test.cpp: `steepest tune` from a network's description to its rate.
#include <nlohmann/json.hpp>

#include "e2e/support.h"

namespace steepest::e2e {
namespace {

using nlohmann::json;

class Tune : public Programs {
 protected:
  static json quantity(const json& report, const std::string& name) {
    for (const auto& row : report.at("rows")) {
      if (row.at("quantity") == name) return row;
    }
    return {};
  }
};

TEST_F(Tune, FindsARateAndVerifiesItAndDoesNothingTwice) {
  const auto plan = steepest({"tune", "--scale", "smoke", "--dry-run"});
  EXPECT_EQ(plan.state.status, 0) << plan.errors;
  EXPECT_THAT(plan.output, HasSubstr("study tune (smoke): 6 runs, 6 new"));
  EXPECT_THAT(plan.output, HasSubstr("its grid may grow"));
  EXPECT_FALSE(std::filesystem::exists(database()));

  const auto first = steepest({"tune", "--scale", "smoke", "--verify", "--format", "json"});
  ASSERT_EQ(first.state.status, 0) << first.errors;
  EXPECT_THAT(first.errors, HasSubstr("% of what the dense network costs"));
  const auto report = json::parse(first.output);
  const auto rate = quantity(report, "learning rate"), found = quantity(report, "regret found");
  EXPECT_GT(rate.at("value"), 0);
  EXPECT_LE(rate.at("low"), rate.at("value"));
  EXPECT_EQ(rate.at("seeds"), 2);
  EXPECT_GE(found.at("value"), 0) << "the best of those run is no worse";
  EXPECT_EQ(found.at("seeds"), 2);
  EXPECT_LT(quantity(report, "share of a dense sweep, %").at("value"), 100);
  EXPECT_THAT(report.at("notices").dump(), HasSubstr("SYNTHETIC"));
  EXPECT_THAT(report.at("footnotes").dump(), HasSubstr("steepest run proxy"));
  EXPECT_THAT(report.at("footnotes").dump(), HasSubstr("not run here"));

  // Its study is one as any other.
  const auto rows = json::parse(steepest({"report", "tune", "--format", "json"}).output).at("rows");
  ASSERT_EQ(rows.size(), 2u);
  for (const auto& row : rows) {
    if (row.at("rank") == "dense") EXPECT_EQ(row.at("transfer_regret"), found.at("value"));
    else EXPECT_EQ(row.at("learning_rate"), rate.at("value"));
  }
  EXPECT_EQ(json::parse(steepest({"status", "tune", "--format", "json"}).output).at(0).at("completed"),
            std::stoi(value("SELECT count(*) FROM run")));

  const auto runs = value("SELECT count(*) FROM run");
  const auto second = steepest({"tune", "--scale", "smoke", "--verify", "--format", "json"});
  EXPECT_EQ(second.output, first.output);
  EXPECT_EQ(value("SELECT count(*) FROM run"), runs);
  EXPECT_EQ(value("SELECT max(attempts) FROM run"), "1");
}

TEST_F(Tune, TakesWhatAnotherProxyCostFromTheDatabase) {
  ASSERT_EQ(steepest({"tune", "--scale", "smoke", "--verify"}).state.status, 0);
  const auto tune = steepest({"tune", "--scale", "smoke", "model.width=16", "--format", "json"});
  ASSERT_EQ(tune.state.status, 0) << tune.errors;
  const auto report = json::parse(tune.output);
  EXPECT_EQ(quantity(report, "regret elsewhere").at("of"), "dense, at the rate of model.rank=8, study tune (smoke), synthetic corpus");
  EXPECT_THAT(report.at("footnotes").dump(), Not(HasSubstr("steepest run proxy")));
  EXPECT_TRUE(quantity(report, "regret found").is_null()) << "nothing was verified";
  EXPECT_EQ(value("SELECT group_concat(name, '; ') FROM study"), "tune; tune model.width=16");
}

TEST_F(Tune, SaysWhatIsWrongBeforeAnythingRuns) {
  const std::pair<Words, std::string> cases[] = {{{"tune", "model.rank=4"}, "dense"},
                                                 {{"tune", "optimizer.learning_rate=0.1"}, "this is what is looked for"},
                                                 {{"tune", "rank_transfer"}, "no override"},
                                                 {{"tune", "--proxy", "low_rnk"}, "did you mean \"low_rank\"?"},
                                                 {{"tune", "--scale", "smok"}, "did you mean \"smoke\"?"},
                                                 {{"tune", "model.widht=64"}, "did you mean \"width\"?"},
                                                 {{"tune", "--format", "jsno"}, "did you mean \"json\"?"},
                                                 {{"tune", "--prune"}, "--prune"}};
  for (const auto& [words, said] : cases) {
    const auto answer = steepest(words);
    EXPECT_EQ(answer.state.status, 2) << said;
    EXPECT_THAT(answer.errors, HasSubstr(said));
    EXPECT_EQ(answer.output, "");
  }
  EXPECT_FALSE(std::filesystem::exists(database()));
}

}  // namespace
}  // namespace steepest::e2e
