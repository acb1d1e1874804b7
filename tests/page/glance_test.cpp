// glance_test.cpp: a study at a glance.
#include "page/glance.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "report/text.h"

namespace steepest::page {
namespace {

using nlohmann::ordered_json;
using testing::HasSubstr;
using testing::Not;

ordered_json progress(std::int64_t completed, std::int64_t running, std::int64_t queued) {
  return {{"runs", completed + running + queued},
          {"queued", queued},
          {"running", running},
          {"completed", completed},
          {"diverged", 0},
          {"failed", 0},
          {"interrupted", 0},
          {"cells", 3},
          {"filled", 1},
          {"done", 0.25},
          {"seconds_left", 4000},
          {"held", ordered_json::array()}};
}

TEST(BlockCurve, FallsFromHighToLow) {
  EXPECT_EQ(block_curve({8, 7, 6, 5, 4, 3, 2, 1}, 8, true), "█▇▆▅▄▃▂▁");
  EXPECT_EQ(block_curve({8, 7, 6, 5, 4, 3, 2, 1}, 8, false), "#*+=~-._");
  EXPECT_EQ(block_curve({8, 7, 6, 5, 4, 3, 2, 1}, 4, true).size(), 4 * 3u);
  EXPECT_EQ(block_curve({2, 2}, 10, true), "▁▁");
  EXPECT_EQ(block_curve({1, std::nan(""), 2}, 3, true), "▁×█");
  EXPECT_EQ(block_curve({}, 3, true), "");
  EXPECT_EQ(block_curve({1, 2}, 0, true), "");
}

TEST(Glance, SaysCellsRunsAndTimeLeft) {
  EXPECT_EQ(glance_line(progress(3, 2, 7)), "1/3 cells, 3/12 runs, 2 running, about 1 h 06 min left");
  EXPECT_EQ(glance_line(progress(3, 0, 7)), "1/3 cells, 3/10 runs, nobody is at work on it");
  EXPECT_EQ(glance_line(progress(3, 0, 0)), "1/3 cells, 3/3 runs");
  auto unknown = progress(3, 1, 7);
  unknown["seconds_left"] = nullptr;
  EXPECT_EQ(glance_line(unknown), "1/3 cells, 3/11 runs, 1 running");
  EXPECT_TRUE(is_complete(progress(3, 0, 0)));
  EXPECT_FALSE(is_complete(progress(3, 0, 1)));
}

TEST(Glance, KeepsToTheWidthOfTheTerminal) {
  auto at = progress(3, 1, 7);
  at["held"].push_back({{"run", 12},
                        {"cell", {{"model.rank", 8}, {"optimizer", "lora_muon"}}},
                        {"seed", 1},
                        {"step", 40},
                        {"steps", 256},
                        {"metric", "train_loss"},
                        {"at", {1, 2, 3}},
                        {"values", {4.0, 2.5, 2.0}}});
  at["held"].push_back({{"run", 13},
                        {"cell", {{"name", "größer als alles, was in eine Zeile geht, und noch mehr, weit mehr als das"}}},
                        {"seed", 1},
                        {"step", 0},
                        {"steps", 0}});
  for (const std::size_t width : {20, 33, 60, 80, 200}) {
    for (const bool unicode : {true, false}) {
      const auto lines =
          glance_lines("study rank_transfer (paper)", at, "validation_loss 1.77 [1.76, 1.78], 6 seeds: rank=8", {width, unicode});
      EXPECT_EQ(lines.size(), 6u);
      for (const auto& line : lines) {
        EXPECT_LE(report::display_width(line), width) << line;
        EXPECT_TRUE(unicode || report::is_ascii(line)) << line;
      }
    }
  }
  const auto wide = glance_lines("study rank_transfer (paper)", at, "", {120, true});
  EXPECT_THAT(wide[3], HasSubstr("run 12  optimizer=lora_muon rank=8 seed=1  step 40/256  █"));
  EXPECT_THAT(wide[3], HasSubstr("train_loss 2"));
}

}  // namespace
}  // namespace steepest::page
