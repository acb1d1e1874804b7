// round_trip_test.cpp: out of one database and into another, nothing is lost and nothing added.
#include "digest/sha256.h"
#include "support.h"

namespace steepest::exchange::testing {
namespace {

TEST(RoundTrip, ExportingTwiceGivesEqualBytes) {
  Folder folder;
  WholeFile database(folder / "a.db");
  fill(database, 20);
  EXPECT_EQ(exported(database), exported(database));
}

TEST(RoundTrip, AnImportIntoAnEmptyFileExportsTheSameBytes) {
  for (const int count : {0, 1, 40, 450}) {
    Folder folder(in_memory());
    WholeFile from(folder / "a.db"), to(folder / "b.db");
    fill(from, count);
    const std::string text = exported(from);
    const auto received = import(to, text);
    EXPECT_EQ(exported(to), text) << count;
    EXPECT_EQ(received.added, count - (count / 7));
    EXPECT_EQ(received.studies, count > 0 ? 3 : 2) << "the study that finish_run makes is one";
    EXPECT_TRUE(received.untied.empty());
    EXPECT_EQ(number(to, "SELECT count(*) FROM run WHERE imported_at IS NULL"), 0);
  }
}

TEST(RoundTrip, TheOrderOfPlanningAndWritingLeavesNoTrace) {
  Folder folder(in_memory());
  WholeFile one(folder / "a.db"), two(folder / "b.db");
  fill(one, 9);
  const auto text = exported(one);
  auto reversed = lines(text);
  // The runs one by one, the last first: every part of an export is an export.
  const auto ids = one.reader.query("SELECT id FROM run WHERE status IN ('completed', 'diverged') ORDER BY identity DESC").rows;
  for (const auto& row : ids) import(two, exported(one, {"", "", { std::stoll(row[0]) }}));
  const auto alone = one.reader.study_id("alone");
  two.planner.put_study("alone", "", one.reader.study_definition(*alone));  // belongs to no run, so no part held it
  EXPECT_EQ(exported(two), text);
}

TEST(RoundTrip, ImportingAgainChangesNothing) {
  Folder folder(in_memory());
  WholeFile from(folder / "a.db"), to(folder / "b.db");
  fill(from, 30);
  const std::string text = exported(from);
  const auto first = import(to, text);
  const auto dump = [&] { return to.reader.query("SELECT * FROM run").rows; };
  const auto before = dump();
  const auto second = import(to, text);
  EXPECT_EQ(second.present, first.added);
  EXPECT_EQ(second.added + second.replaced + second.studies, 0);
  EXPECT_TRUE(second.findings.empty());
  EXPECT_EQ(dump(), before);
}

TEST(RoundTrip, AFileOfTheFirstVersionIsRead) {
  Folder folder(in_memory());
  WholeFile from(folder / "a.db"), to(folder / "b.db");
  fill(from, 9);
  std::vector<std::string> old, runs;
  for (const auto& text : lines(exported(from))) {
    auto line = nlohmann::ordered_json::parse(text);
    if (line.contains("version")) line["version"] = 1;
    if (line.value("record", "") != "run") {
      old.push_back(line.dump());
      continue;
    }
    const int version = line["numerics"].value("suite", 4);
    nlohmann::ordered_json first{
        {"record", "run"}, {"identity", run::former_identity(line["config"], version)}, {"numerics_version", version}};
    for (const char* key : {"validation_seconds", "waiting_seconds", "record", "identity", "numerics"}) line.erase(key);
    first.update(line);
    runs.push_back(first.dump());
  }
  std::sort(runs.begin(), runs.end());  // by identity
  old.insert(old.end() - 1, runs.begin(), runs.end());
  digest::Sha256 digest;
  for (auto line = old.begin(); line + 1 != old.end(); ++line) digest.add((*line + "\n").data(), line->size() + 1);
  auto last = nlohmann::ordered_json::parse(old.back());
  last["sha256"] = digest.hexadecimal();
  old.back() = last.dump();
  EXPECT_EQ(import(to, joined(old)).added, 8);
  EXPECT_EQ(number(to, "SELECT count(*) FROM run WHERE validation_seconds IS NULL AND waiting_seconds IS NULL AND seconds > 0"), 8);
  const char* known = "SELECT identity, family, numerics, observes FROM run WHERE status IN ('completed', 'diverged') ORDER BY 1";
  EXPECT_EQ(from.reader.query(known).rows, to.reader.query(known).rows) << "each is known as it is now";
}

TEST(RoundTrip, AStudysExportHoldsItsRunsAndItsPlacesAlone) {
  Folder folder(in_memory());
  WholeFile from(folder / "a.db"), to(folder / "b.db");
  fill(from, 20);
  import(to, exported(from, {"two", "quick", {}}));
  EXPECT_EQ(to.reader.study_names(), std::vector<std::string>{"two"});
  EXPECT_EQ(number(to, "SELECT count(*) FROM run"), 6) << "0, 3, 9, 12, 15, 18: the sixth is queued";
  EXPECT_EQ(number(to, "SELECT count(*) FROM study_run"), 6);
}

TEST(RoundTrip, NoPathHostOrUserIsWritten) {
  Folder folder;
  WholeFile database(folder / "a.db");
  fill(database, 10);
  EXPECT_EQ(exported(database).find(folder.path().string()), std::string::npos);
}

TEST(RoundTrip, SummariesAreThoseOfTheRows) {
  Folder folder(in_memory());
  WholeFile from(folder / "a.db"), to(folder / "b.db");
  fill(from, 30);
  import(to, exported(from));
  const char* sql = "SELECT identity, name, last_step, last_value, lowest FROM metric_summary JOIN run ON run.id = run_id ORDER BY 1, 2";
  EXPECT_EQ(from.reader.query(sql).rows, to.reader.query(sql).rows);
  const char* params =
      "SELECT identity, key, value, number FROM param JOIN run ON run.id = run_id WHERE status IN "
      "('completed', 'diverged') ORDER BY 1, 2";
  EXPECT_EQ(from.reader.query(params).rows, to.reader.query(params).rows);
}

TEST(RoundTrip, OnlyFinishedRunsCanBeNamed) {
  Folder folder;
  WholeFile database(folder / "a.db");
  fill(database, 8);
  EXPECT_NE(message_of([&] { exported(database, {"", "", {7}}); }).find("--run: found 7"), std::string::npos) << "queued";
  EXPECT_NE(message_of([&] { exported(database, {"", "", {1, 99}}); }).find("--run: found 99"), std::string::npos);
}

}  // namespace
}  // namespace steepest::exchange::testing
