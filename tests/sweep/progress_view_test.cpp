// progress_view_test.cpp: what is shown while a study runs.
#include "sweep/progress_view.h"

#include <gmock/gmock.h>

#include <cmath>

#include "sweep/cell_text.h"
#include "sweep/duration.h"

namespace steepest::sweep {
namespace {

using testing::HasSubstr;
using testing::Not;

store::Progress progress(std::int64_t queued, std::int64_t running, std::int64_t completed, double done) {
  store::Progress result;
  result.queued = queued;
  result.running = running;
  result.completed = completed;
  result.flops_total = 100;
  result.flops_done = done;
  return result;
}

struct View : testing::Test {
  std::FILE* stream = std::tmpfile();
  ~View() override { std::fclose(stream); }
  std::string shown() {
    std::string text;
    std::rewind(stream);
    for (int c = std::fgetc(stream); c != EOF; c = std::fgetc(stream)) text += static_cast<char>(c);
    return text;
  }
};

TEST(Estimates, AreTheRestAtTheSpeedSinceTheStart) {
  Estimate estimate;
  estimate.add(progress(9, 1, 0, 20), 5);  // 20 were done before
  EXPECT_LT(estimate.left(), 0) << "nothing known yet";
  estimate.add(progress(8, 1, 1, 40), 15);  // 20 more in 10 s, 60 are left
  EXPECT_DOUBLE_EQ(estimate.left(), 30);
  estimate.add(progress(8, 1, 1, 40), 18);
  EXPECT_DOUBLE_EQ(estimate.left(), 27) << "counts down between two reports";
  estimate.add(progress(8, 1, 1, 40), 1000);
  EXPECT_DOUBLE_EQ(estimate.left(), 0) << "and never below zero";
}

TEST(Bars, AreFilledInProportionAndNeverOverflow) {
  EXPECT_EQ(progress_bar(0, 4, false), "[----]");
  EXPECT_EQ(progress_bar(0.5, 4, false), "[##--]");
  EXPECT_EQ(progress_bar(7, 4, false), "[####]");
  EXPECT_EQ(progress_bar(std::nan(""), 4, false), "[----]");
  EXPECT_EQ(progress_bar(1, 2, true), "[██]");
}

TEST(Text, NamesOnlyWhatThereIs) {
  EXPECT_EQ(progress_text(progress(3, 0, 1, 0), 61, -1), "1/4 runs, 1 min 01 s");
  auto some = progress(0, 2, 1, 0);
  some.diverged = 1;
  EXPECT_EQ(progress_text(some, 10, 3600), "2/4 runs, 2 running, 1 diverged, 10 s, about 1 h 00 min left");
  EXPECT_THAT(progress_text(progress(0, 0, 4, 0), 10, 5), Not(HasSubstr("left")));
}

TEST_F(View, PlainLinesComeWithEachRunAndAtLeastEveryHalfMinute) {
  ProgressView view({.stream = stream});
  view.update(progress(3, 1, 0, 0), 1);
  EXPECT_EQ(shown(), "") << "nothing new";
  view.run_ended("[1/4] completed", false);
  view.update(progress(2, 1, 1, 25), 29);
  EXPECT_EQ(shown(), "[1/4] completed\n");
  view.update(progress(2, 1, 1, 25), 32);
  EXPECT_THAT(shown(), HasSubstr("1/4 runs, 1 running, 32 s"));
  EXPECT_THAT(shown(), Not(HasSubstr("\x1b"))) << "no terminal, no control sequences";
}

TEST_F(View, TheLiveLineIsRedrawnAndFitsTheTerminal) {
  {
    ProgressView view({.stream = stream, .live = true, .width = 40});
    view.update(progress(3, 1, 0, 0), 1);
    view.update(progress(3, 1, 0, 0), 1);
    view.update(progress(2, 1, 1, 25), 10);
    view.run_ended("[1/4] completed", false);
    view.run_ended("[2/4] diverged", true);
  }
  const std::string text = shown();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2) << "the diverged run's line and the end of the live line";
  EXPECT_THAT(text, Not(HasSubstr("completed")));
  EXPECT_THAT(text, HasSubstr("diverged\n"));
  std::size_t start = 0;
  while ((start = text.find('\r', start)) != std::string::npos) {
    const auto end = text.find("\x1b[K", ++start);
    if (end == std::string::npos) break;
    EXPECT_LT(end - start, 40u);
  }
}

TEST(Durations, AreWrittenAsReadersDo) {
  EXPECT_EQ(duration_text(0.4), "0 s");
  EXPECT_EQ(duration_text(59.4), "59 s");
  EXPECT_EQ(duration_text(200), "3 min 20 s");
  EXPECT_EQ(duration_text(7500), "2 h 05 min");
  EXPECT_EQ(duration_text(-1), "?");
  EXPECT_EQ(duration_text(std::nan("")), "?");
}

TEST(Cells, AreWrittenAsOverrides) {
  EXPECT_EQ(cell_text({{"model.rank", 8}, {"optimizer", "muon"}, {"optimizer.learning_rate", 0.1}}),
            "model.rank=8 optimizer=muon optimizer.learning_rate=0.1");
  EXPECT_EQ(cell_text(nlohmann::json::object()), "(nothing swept)");
  const nlohmann::json cell{{"model.heads", 4}, {"model.rank", 8}}, usual{{"model.heads", 4}};
  EXPECT_EQ(cell_text(cell, usual), "model.rank=8");
  EXPECT_EQ(cell_text({{"model.heads", 4}}, usual), "(as usual)");
}

// Twenty cells of five keys, of which three are changed one at a time.
TEST(CellText, WhatNearlyEveryCellHasIsUsual) {
  std::vector<nlohmann::json> cells;
  for (int i = 0; i < 20; ++i) {
    cells.push_back({{"rank", i % 2}, {"rate", i % 4}, {"heads", i == 3 ? 4 : 1}, {"batch", i == 5 ? 16 : 32}, {"tied", i == 7}});
  }
  EXPECT_EQ(usual_values(cells), (nlohmann::json{{"heads", 1}, {"batch", 32}, {"tied", false}}));
  for (auto& cell : cells) cell.erase("tied");
  EXPECT_TRUE(usual_values(cells).empty()) << "few keys are told whole";
}

}  // namespace
}  // namespace steepest::sweep
