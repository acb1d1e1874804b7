// cell_table_test.cpp: the table of cells.
#include "report/cell_table.h"

#include <gmock/gmock.h>

#include <map>

namespace steepest::report {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string cell(int rank, double rate) { return nlohmann::json{{"model.rank", rank}, {"optimizer.learning_rate", rate}}.dump(); }

/// A row whose numbers are made up; `baseline` empty: none. Cells live as long as the tests.
results::CellRow line(int rank, double rate, std::int64_t n, const std::string& baseline) {
  static std::map<std::string, results::Cell> cells;
  const auto of = [](const std::string& text) {
    return &cells.try_emplace(text, results::Cell{text, nlohmann::json::parse(text), {}}).first->second;
  };
  results::CellRow result{of(cell(rank, rate)), {3, n, 3 - n, 0, 0}, {}, baseline.empty() ? nullptr : of(baseline), {}};
  if (n > 0) result.level = {n, 1.5, 0.25, {1.0, 2.0}, "bootstrap", 1, {}};
  if (result.baseline && result.baseline != result.cell)
    result.comparison = {{n, -0.5, 0.125, {-0.75, -0.25}, "bootstrap", 1, {}}, {0.75, {0.5, 1.0}}};
  return result;
}

Report cell_report(const std::string& study, std::vector<results::CellRow> rows) {
  return report::cell_report(study, "quick", {{"loss", {}}, std::move(rows)});
}

TEST(CellTable, ShowsHowManySeedsStandBehindEveryNumber) {
  const auto report = cell_report("transfer", {line(16, 0.1, 2, cell(0, 0.1)), line(8, 0.1, 0, ""), line(0, 0.1, 2, cell(0, 0.1))});
  const auto document = nlohmann::json::parse(render(report, Format::json, true));
  const auto rows = document.at("rows");
  EXPECT_EQ(rows[0].at("model.rank"), 0);
  EXPECT_EQ(rows[1].at("model.rank"), 8) << "by value, not by text";
  EXPECT_EQ(rows[1].at("n"), 0);
  EXPECT_EQ(rows[1].at("diverged"), 3);
  EXPECT_TRUE(rows[1].at("mean").is_null());
  EXPECT_EQ(rows[2].at("pairs"), 2);
  EXPECT_EQ(rows[2].at("difference"), -0.5);
  EXPECT_EQ(rows[2].at("probability_high"), 1.0);
  const auto text = render(report, Format::table, true);
  EXPECT_THAT(text, HasSubstr("rank=dense learning_rate=0.1")) << "the one baseline stands above";
  EXPECT_THAT(text, HasSubstr("the smallest n is 2"));
  EXPECT_THAT(text, HasSubstr("about half"));
  EXPECT_THAT(text, HasSubstr("-0.5000 ± 0.1250"));
  EXPECT_THAT(text, HasSubstr("1 cell has no baseline"));
  EXPECT_THAT(text, Not(HasSubstr("unfinished")));
}

TEST(CellTable, HidesNoSmallNumberBehindZeros) {
  auto small = line(8, 0.1, 2, cell(0, 0.1));
  small.level.mean = 4.9e-4;
  small.comparison->difference.mean = 5.7e-7;
  const auto text = render(cell_report("t", {small}), Format::table, true);
  EXPECT_THAT(text, HasSubstr("4.90e-04 ±"));
  EXPECT_THAT(text, HasSubstr("+5.70e-07 ±"));
}

TEST(CellTable, OfDivergedRunsAloneStillShowsThem) {
  const auto text = render(cell_report("t", {line(8, 0.1, 0, "")}), Format::table, true);
  EXPECT_THAT(text, HasSubstr("left out of means"));
  EXPECT_THAT(text, Not(HasSubstr("intervals by")));
}

TEST(CellTable, ABaselineThatDiffersInTheSameKeysStandsAboveAsThese) {
  const auto shared = cell_report("t", {line(8, 0.1, 2, cell(0, 0.1)), line(8, 0.3, 2, cell(0, 0.3))});
  EXPECT_THAT(render(shared, Format::table, true), HasSubstr("rank=dense, the other keys as in the cell"));
  const auto mixed = cell_report("t", {line(8, 0.1, 2, cell(0, 0.1)), line(8, 0.3, 2, cell(16, 0.3))});
  EXPECT_THAT(render(mixed, Format::table, true), HasSubstr("baseline")) << "then it is a column";
  EXPECT_THAT(render(mixed, Format::table, true), HasSubstr("rank=16"));
}

}  // namespace
}  // namespace steepest::report
