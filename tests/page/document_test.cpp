// document_test.cpp: the page's document is what reports and claims print, in fewer numbers.
#include "page/document.h"

#include <cmath>

#include "options/error.h"
#include "page/glance.h"
#include "page/study_document.h"
#include "page/thin.h"
#include "report/report.h"
#include "results/made_study.h"
#include "study/study.h"

namespace steepest::page {
namespace {

using nlohmann::ordered_json;
using store::RunStatus;

class Document : public results::MadeStudy {
 protected:
  Document() {
    database_.planner.put_study("small", "A small study", {{"title", "A <b>small</b> study"}, {"report", {{"kind", "best_rate"}}}});
    for (const std::int64_t seed : {0, 1}) {
      for (const double rate : {0.03, 0.1, 0.3})
        rated(8, rate, seed, 2 + std::abs(std::log(rate / 0.1)) + 0.01 * static_cast<double>(seed));
    }
  }
  ordered_json study() const { return study_document(database_, "small", "quick", ""); }
};

TEST_F(Document, HoldsTheReportAsItIsPrinted) {
  const auto found = study();
  const report::Request request{database_, study_, "small", "quick", store::Reader(database_).study_definition(study_)};
  auto printed = ordered_json::parse(report::render(report::build_report(request), report::Format::json, true));
  EXPECT_EQ(found.at("report").at("rows"), printed.at("rows"));
  const auto& rates = found.at("report").at("statistic").at("rows").at(0).at("rates");
  ASSERT_EQ(rates.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    const auto& loss = printed.at("statistic").at("rows").at(0).at("rates").at(i).at("loss");
    for (const char* key : {"n", "mean", "low", "high", "runs"}) EXPECT_EQ(rates[i].at("loss").at(key), loss.at(key));
    EXPECT_FALSE(rates[i].at("loss").contains("bootstrap_seed"));
    EXPECT_EQ(found.at("cell_list").at(rates[i].at("cell").get<std::size_t>()).at("model.rank"), 8);
  }
  EXPECT_EQ(found.at("title"), "A <b>small</b> study");
  EXPECT_EQ(found.at("cell_list").size(), 3u);
  EXPECT_EQ(found.at("runs").at("rows").size(), 6u);
}

TEST_F(Document, TakesAnInterestInAStudyWithoutAReport) {
  database_.planner.put_study("small", "", nlohmann::json::object());
  const auto found = study();
  EXPECT_TRUE(found.at("report").is_null());
  EXPECT_THAT(found.at("why").get<std::string>(), testing::HasSubstr("asks for no report"));
  EXPECT_EQ(found.at("cells").at("rows").size(), 3u);
}

TEST_F(Document, StateChangesWithRunsAndProgressWithSteps) {
  const store::Reader reader = database_;
  const auto before = study_state(reader, study_, "quick");
  EXPECT_EQ(study_state(reader, study_, "quick"), before);
  rated(8, 1.0, 0, 3, RunStatus::queued);
  EXPECT_NE(study_state(reader, study_, "quick"), before);
  const auto progress = progress_document(reader, study_, "quick");
  EXPECT_EQ(progress.at("cells"), 4);
  EXPECT_EQ(progress.at("filled"), 3);
  EXPECT_EQ(progress.at("queued"), 1);
  EXPECT_EQ(progress.at("completed"), 6);
  EXPECT_FALSE(is_complete(progress));
}

TEST_F(Document, BestSoFarIsTheLowestCellWithoutDivergedRuns) {
  EXPECT_THAT(best_so_far(database_, study_, "quick"), testing::StartsWith("validation_loss 2.005 [2, 2.01], 2 seeds: model.rank=8"));
  rated(8, 0.1, 2, 0, RunStatus::diverged);
  EXPECT_THAT(best_so_far(database_, study_, "quick"), testing::HasSubstr("optimizer.learning_rate=0.3"));
}

TEST_F(Document, NamesTheNearestStudy) {
  const auto composer = steepest::study::experiments(STEEPEST_SOURCE_DIR "/experiments");
  EXPECT_THROW(Documents({.studies = {"smal"}}).document(database_, composer), options::InputError);
  EXPECT_THROW(Documents({.scale = "paper"}).document(database_, composer), options::InputError);
  Documents documents({});
  const auto whole = documents.document(database_, composer);
  EXPECT_EQ(whole.at("studies").size(), 1u);
  EXPECT_GT(whole.at("claims").at("rows").size(), 10u);
  EXPECT_EQ(documents.progress(database_).at("state"), whole.at("state"));
}

TEST(Thin, KeepsEndsOfCoursesAndAllElse) {
  ordered_json report{{"rows", {{{"mean", 1.23456789}, {"method", "m"}, {"bootstrap_seed", 7}, {"courses", ordered_json::array()}}}}};
  std::vector<double> times, values;
  for (int i = 0; i <= 1000; ++i) times.push_back(i), values.push_back(std::sin(i));
  auto& courses = report["rows"][0]["courses"];
  for (int run = 0; run < 3; ++run) courses.push_back({{"run", run}, {"times", times}, {"roots", values}});
  thin(report, 300);
  const auto& kept = report["rows"][0]["courses"][2];
  EXPECT_EQ(kept["times"].size(), 50u);
  EXPECT_EQ(kept["roots"].size(), 50u);
  EXPECT_EQ(kept["times"].front(), 0.0);
  EXPECT_EQ(kept["times"].back(), 1000.0);
  EXPECT_NEAR(kept["roots"].back().get<double>(), std::sin(1000), 1e-5);
  EXPECT_EQ(kept["run"], 2);
  EXPECT_EQ(report["rows"][0]["mean"], 1.23456789);
  EXPECT_FALSE(report["rows"][0].contains("method"));
}

TEST(Thin, SaysWhichSingularValuesAreKept) {
  ordered_json spectrum = ordered_json::array(), values = ordered_json::array();
  for (int i = 0; i < 70; ++i) spectrum.push_back(70 - i);
  for (int step = 0; step < 2; ++step) values.push_back(spectrum);
  ordered_json report{{"courses", {{{"steps", {0, 1}}, {"values", values}}}}};
  thin(report);
  const auto& kept = report["courses"][0];
  ASSERT_EQ(kept["values"][1].size(), 24u);
  ASSERT_EQ(kept["positions"].size(), 24u);
  for (std::size_t i = 0; i < 24; ++i) EXPECT_EQ(kept["values"][1][i], 71 - kept["positions"][i].get<int>());
  EXPECT_EQ(kept["positions"].back(), 70);
}

TEST(Thin, RoundsToShortTexts) {
  EXPECT_EQ(ordered_json(rounded(1.76948351)).dump(), "1.7695");
  EXPECT_EQ(ordered_json(rounded(0.000123456789)).dump(), "0.00012346");
  EXPECT_EQ(ordered_json(rounded(123456789.0)).dump(), "123460000.0");
  EXPECT_EQ(rounded(0), 0);
  EXPECT_EQ(rounded(5e-324), 5e-324);
  EXPECT_TRUE(std::isnan(rounded(std::nan(""))));
}

}  // namespace
}  // namespace steepest::page
