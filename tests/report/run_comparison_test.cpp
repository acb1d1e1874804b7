// run_comparison_test.cpp: two runs side by side: what differs, what is equal, and how runs are named.
#include "report/run_comparison.h"

#include "store/find_run.h"

#include "options/error.h"
#include "report/stored_study.h"

namespace steepest::report {
namespace {

using store::RunStatus;
using testing::HasSubstr;

class RunComparisons : public StoredStudy {
 protected:
  std::int64_t run(const std::string& identity, const nlohmann::json& config, const std::string& hash, double loss,
                   const nlohmann::json& environment) {
    const auto id = database_.planner.put_run({identity, config, 1, 1, 1e9});
    database_.planner.tie(study_, id, "quick", {}, id);
    store::testing::claim(database_, study_, "quick", "me", 60);
    database_.recorder.set_environment(id, environment);
    database_.recorder.record(id, "me", {{"validation_loss", 10, 9.0}, {"validation_loss", 20, loss}});
    database_.queue.finish(id, "me", {RunStatus::completed, 20, 4.0, hash, ""});
    return id;
  }
  static nlohmann::json whole(const RunComparison& comparison) { return nlohmann::json::parse(render(comparison, Format::json, true)); }
  /// The line of a key; null if it is not there.
  static nlohmann::json line(const RunComparison& comparison, const std::string& part, const std::string& key) {
    const auto rows = whole(comparison).at("rows");
    for (const auto& row : rows) {
      if (row.at("part") == part && row.at("key") == key) return row;
    }
    return {};
  }
  std::string refusal(const std::string& word) const {
    try {
      store::find_run(database_, word);
    } catch (const options::InputError& error) { return error.what(); }
    return "";
  }
  const nlohmann::json environment_{{"cpu_model", "Abacus"}, {"commit", "aaa"}};
};

TEST_F(RunComparisons, ShowWhatDiffersConfigurationFirst) {
  const auto a = run("aaaaaa11", {{"model", {{"rank", 8}, {"width", 64}}}, {"only_a", true}}, "h1", 1.75, environment_);
  const auto b = run("aaaaab22", {{"model", {{"rank", 16}, {"width", 64}}}}, "h2", 2.0, {{"cpu_model", "Abacus"}, {"commit", "bbb"}});
  const auto comparison = compare_runs(database_, a, b, false);
  EXPECT_EQ(comparison.table.rows.at(0).at(1), "model.rank");
  EXPECT_EQ(line(comparison, "configuration", "model.rank").at("a"), 8);
  EXPECT_EQ(line(comparison, "configuration", "model.rank").at("b"), 16);
  EXPECT_TRUE(line(comparison, "configuration", "model.width").is_null());
  EXPECT_TRUE(line(comparison, "configuration", "only_a").at("b").is_null());
  EXPECT_EQ(line(comparison, "run", "status").at("a"), "completed") << "shown though it is equal";
  EXPECT_EQ(line(comparison, "machine", "commit").at("b"), "bbb");
  EXPECT_TRUE(line(comparison, "machine", "cpu_model").is_null());
  EXPECT_EQ(line(comparison, "last value", "validation_loss").at("difference"), 0.25);
  EXPECT_EQ(comparison.same_bits, std::optional(false));
  EXPECT_THAT(render(comparison, Format::table, true), HasSubstr("other bits"));
}

TEST_F(RunComparisons, AllShowsWhatIsEqualAfterWhatDiffers) {
  const auto a = run("aaaaaa11", {{"x", 1}, {"y", 2}}, "h1", 1.75, environment_),
             b = run("aaaaab22", {{"x", 1}, {"y", 3}}, "h2", 2.0, environment_);
  const auto comparison = compare_runs(database_, a, b, true);
  EXPECT_EQ(comparison.table.rows.at(0).at(1), "y");
  EXPECT_EQ(comparison.table.rows.at(1).at(1), "x");
  EXPECT_EQ(line(comparison, "machine", "cpu_model").at("a"), "Abacus");
  EXPECT_THAT(render(comparison, Format::markdown, true), HasSubstr("- the same machine and build\n"));
}

TEST_F(RunComparisons, EqualHashesAreTheSameBitsAndNoHashIsNotKnown) {
  const auto a = run("aaaaaa11", {{"x", 1}}, "h", 1.5, environment_), b = run("aaaaab22", {{"x", 2}}, "h", 1.5, environment_);
  EXPECT_EQ(compare_runs(database_, a, b, false).same_bits, std::optional(true));
  EXPECT_EQ(whole(compare_runs(database_, a, b, false)).at("same_bits"), true);
  const auto c = database_.planner.put_run({"cccccc", {{"x", 3}}, 1, 1, 1e9});
  const auto comparison = compare_runs(database_, a, c, false);
  EXPECT_FALSE(comparison.same_bits);
  EXPECT_TRUE(whole(comparison).at("same_bits").is_null());
  EXPECT_THAT(comparison.remarks.at(0), HasSubstr("run 3 (queued)"));
  EXPECT_TRUE(line(comparison, "last value", "validation_loss").at("b").is_null());
}

TEST_F(RunComparisons, ARunWithItselfDiffersInNothing) {
  const auto a = run("aaaaaa11", {{"x", 1}}, "h", 1.5, environment_);
  const auto comparison = compare_runs(database_, a, a, false);
  for (const auto& row : comparison.table.values) EXPECT_EQ(row.at(2), row.at(3));
  EXPECT_EQ(comparison.table.rows.size(), 4u) << "status, step, seconds and the one metric";
}

TEST_F(RunComparisons, RunsAreNamedByIdOrByTheBeginningOfTheirIdentity) {
  EXPECT_THAT(refusal("7"), HasSubstr("none yet"));
  const auto a = run("aaaaaa11", {{"x", 1}}, "h", 1.5, environment_), b = run("aaaaaa22", {{"x", 2}}, "h", 1.5, environment_);
  EXPECT_EQ(store::find_run(database_, std::to_string(b)), b);
  EXPECT_EQ(store::find_run(database_, "aaaaaa1"), a);
  EXPECT_EQ(store::find_run(database_, "AAAAAA22"), b);
  EXPECT_THAT(refusal("aaaaaa"), HasSubstr("2 runs (1, 2)"));
  EXPECT_THAT(refusal("99"), HasSubstr("an id from 1 to 2"));
  EXPECT_THAT(refusal("aaaaa"), HasSubstr("first 6 or more")) << "too short";
  EXPECT_THAT(refusal("ffffff"), HasSubstr("no run \"ffffff\""));
}

}  // namespace
}  // namespace steepest::report
