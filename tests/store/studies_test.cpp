// studies_test.cpp: studies share runs, and a study is put in whole or not at all.
#include "support.h"

#include <chrono>
#include <thread>

#include "store/flatten.h"

namespace steepest::store::testing {
namespace {

TEST(Studies, ARunIsThereOncePerIdentity) {
  Folder folder;
  WholeFile database(folder / "a.db");
  const auto first = database.planner.put_run(new_run(1));
  EXPECT_EQ(database.planner.put_run(new_run(1)), first);
  EXPECT_NE(database.planner.put_run(new_run(2)), first);
  EXPECT_EQ(number(database, "SELECT count(*) FROM param"), 2 * 3);
  EXPECT_EQ(database.reader.run_config(first), new_run(1).config);
}

TEST(Studies, PuttingAStudyAgainKeepsItsIdAndTakesTheNewDefinition) {
  Folder folder;
  WholeFile database(folder / "a.db");
  const auto id = database.planner.put_study("a", "old", {{"x", 1}});
  EXPECT_EQ(database.planner.put_study("a", "new", {{"x", 2}}), id);
  EXPECT_NE(database.planner.put_study("b", "", {}), id);
  EXPECT_EQ(database.reader.study_definition(id), (nlohmann::json{{"x", 2}}));
  EXPECT_EQ(database.reader.study_names(), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(database.reader.study_id("a"), id);
  EXPECT_EQ(database.reader.study_id("c"), std::nullopt);
}

TEST(Studies, ScalesComeMostRecentlyPlannedFirst) {
  Folder folder;
  WholeFile database(folder / "a.db");
  const auto study = database.planner.put_study("a", "", {});
  const auto run = database.planner.put_run(new_run(1));
  for (const char* scale : {"paper", "smoke", "quick", "smoke"}) {
    database.planner.tie(study, run, scale, {}, 0);
    std::this_thread::sleep_for(std::chrono::milliseconds(5));  // plan times have milliseconds
  }
  EXPECT_EQ(database.reader.study_scales(study), (std::vector<std::string>{"smoke", "quick", "paper"}));
}

TEST(Studies, RunsComeInTheOrderOfTheSweep) {
  Folder folder;
  WholeFile database(folder / "a.db");
  const auto study = database.planner.put_study("a", "", {});
  for (int i = 0; i < 5; ++i) database.planner.tie(study, database.planner.put_run(new_run(i)), "quick", {{"i", i}}, 10 - i);
  const auto runs = database.reader.runs(study, "quick");
  ASSERT_EQ(runs.size(), 5u);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(runs[i].cell, (nlohmann::json{{"i", 4 - i}}));
}

TEST(Studies, ARunThatMovesToAnotherCellLeavesNoStatisticsBehind) {
  Folder folder;
  WholeFile database(folder / "a.db");
  const auto study = plan(database, 0);
  const auto run = database.planner.put_run(new_run(1));
  for (const auto& cell : {nlohmann::json{{"i", 1}}, nlohmann::json{{"i", 2}}}) {
    database.recorder.put_statistic(study, {cell.dump(), "loss", "quick", 1, 1, 1, 1, 1, "m", 1, "h"});
  }
  database.planner.tie(study, run, "quick", {{"i", 1}}, 0);
  database.planner.tie(study, run, "quick", {{"i", 1}}, 1);
  EXPECT_EQ(database.reader.statistics(study, "quick").size(), 2u) << "it did not move";
  database.planner.tie(study, run, "quick", {{"i", 3}}, 0);
  ASSERT_EQ(database.reader.statistics(study, "quick").size(), 1u);
  EXPECT_EQ(database.reader.statistics(study, "quick")[0].cell, "{\"i\":2}");
  EXPECT_EQ(database.reader.runs(study, "quick").size(), 1u);
}

TEST(Studies, ATransactionThatThrowsLeavesNothingAndTheNextOneWorks) {
  Folder folder;
  WholeFile database(folder / "a.db");
  EXPECT_THROW(database.planner.transaction([&] {
    plan(database, 3);
    throw std::runtime_error("the plan has a mistake further down");
  }),
               std::runtime_error);
  EXPECT_TRUE(database.reader.study_names().empty());
  EXPECT_EQ(number(database, "SELECT count(*) FROM run"), 0);
  plan(database, 2);
  EXPECT_EQ(number(database, "SELECT count(*) FROM run"), 2);
}

TEST(Flatten, LeavesWithDottedKeys) {
  const auto rows = flatten({{"a", {{"b", 0.1}, {"c", "text"}, {"empty", nlohmann::json::object()}}},
                             {"list", {1, 2}},
                             {"on", true},
                             {"none", nullptr},
                             {"whole", -3}});
  std::string all;
  for (const Param& row : rows) all += row.key + "=" + row.value + (row.number ? "#" : "") + " ";
  EXPECT_EQ(all, "a.b=0.1# a.c=text list=[1,2] none=null on=true whole=-3# ");
}

}  // namespace
}  // namespace steepest::store::testing
