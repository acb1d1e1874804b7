// damaged_file_test.cpp: a file that is not what was exported is refused, with its name and line, before anything is written.
#include "support.h"

namespace steepest::exchange::testing {
namespace {

class DamagedFile : public ::testing::Test {
 protected:
  DamagedFile() {
    Database database(folder / "a.db");
    fill(database, 12);
    whole = exported(database);
  }
  void expect_refused(const std::string& text, const std::string& place, const std::string& said) {
    Database empty(folder / "b.db");
    const std::string message = message_of([&] { import(empty, text); });
    EXPECT_EQ(message.find(place + ": "), 0u) << message;
    EXPECT_NE(message.find(said), std::string::npos) << message;
    EXPECT_EQ(number(empty, "SELECT (SELECT count(*) FROM run) + (SELECT count(*) FROM study)"), 0);
  }
  /// The line of this number with `from` replaced by `to`.
  std::string edited(std::size_t line, const std::string& from, const std::string& to) {
    auto all = lines(whole);
    const auto at = all.at(line - 1).find(from);
    if (at == std::string::npos) ADD_FAILURE() << from << " is not in " << all[line - 1];
    else all[line - 1].replace(at, from.size(), to);
    return joined(all);
  }
  Folder folder{in_memory()};
  std::string whole;  ///< header, three studies, eleven runs, end: 16 lines
};

TEST_F(DamagedFile, CutAnywhere) {
  ASSERT_EQ(lines(whole).size(), 16u);
  for (std::size_t length = 1; length + 2 < whole.size(); length += 97) {
    const auto text = whole.substr(0, length);
    const auto line = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
    expect_refused(text, "file.jsonl:" + std::to_string(line), line == 1 ? "no file of runs" : "cut");
  }
  expect_refused("", "file.jsonl:1", "no file of runs");
}

TEST_F(DamagedFile, ALineMissingOrTwice) {
  for (std::size_t line = 2; line <= 15; ++line) {
    auto fewer = lines(whole), more = fewer;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(line) - 1);
    more.insert(more.begin() + static_cast<std::ptrdiff_t>(line), more[line - 1]);
    std::ostringstream sink;
    for (const auto& text : {joined(fewer), joined(more)}) {
      Database empty(folder / "b.db");
      EXPECT_NE(message_of([&] { import(empty, text); }).find("file.jsonl:"), std::string::npos);
      EXPECT_EQ(number(empty, "SELECT count(*) FROM run"), 0);
    }
  }
}

TEST_F(DamagedFile, AnyByteChanged) {
  std::mt19937 engine(5);
  for (int trial = 0; trial < 150; ++trial) {
    std::string text = whole;
    const std::size_t at = engine() % (text.size() - 1);
    const char other = static_cast<char>('0' + engine() % 10);
    if (text[at] == other) continue;
    text[at] = other;
    Database empty(folder / "b.db");
    EXPECT_NE(message_of([&] { import(empty, text); }).find("file.jsonl:"), std::string::npos) << at;
    EXPECT_EQ(number(empty, "SELECT count(*) FROM run"), 0);
  }
}

TEST_F(DamagedFile, EditedValuesAreNamed) {
  expect_refused(edited(1, "\"version\":1", "\"version\":2"), "file.jsonl:1: version", "found 2; valid: 1");
  expect_refused(edited(1, "\"schema\"", "\"shema\""), "file.jsonl:1: schema", "missing");
  expect_refused(edited(7, "\"record\":\"run\"", "\"record\":\"rnu\""), "file.jsonl:7: record", "did you mean \"run\"?");
  expect_refused(edited(7, "\"steps\":", "\"steps\":1"), "file.jsonl:7: identity", "edited");
  expect_refused(edited(7, "\"config\":{", "\"config\":{\"data\":5,"), "file.jsonl:7: config", "edited");
  expect_refused(edited(7, "\"numerics_version\":", "\"numerics_version\":3"), "file.jsonl:7: identity", "edited");
  expect_refused(edited(7, "\"attempts\":1", "\"attempts\":-1"), "file.jsonl:7: attempts", "a whole number >= 0");
  expect_refused(edited(7, "\"attempts\":1", "\"attemts\":1"), "file.jsonl:7: attempts", "missing");
  expect_refused(edited(7, "\"attempts\":1", "\"attempts\":1,\"attemptss\":1"), "file.jsonl:7: attemptss", "did you mean \"attempts\"?");
  expect_refused(edited(7, "\"created_at\":\"20", "\"created_at\":\"xx"), "file.jsonl:7: created_at", "a time such as");
  // Runs stand in the order of their identities, and some have no metrics.
  const std::string before = whole.substr(0, whole.find("\"metrics\":{\""));
  const std::size_t line = 1 + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
  const std::string metric = "file.jsonl:" + std::to_string(line) + ": metrics.a";
  expect_refused(edited(line, "\"metrics\":{", "\"metrics\":{\"a\":[[3,1],[2,1]],"), metric, "the step 2 after 3");
  expect_refused(edited(line, "\"metrics\":{", "\"metrics\":{\"a\":[[3,\"NaN\"]],"), metric, "\"-Infinity\"");
  expect_refused(edited(7, "\"step\":11", "\"step\":12"), "file.jsonl:16: sha256", "edited");
  expect_refused(whole + "more\n", "file.jsonl:17", "after the last line");
}

TEST_F(DamagedFile, OtherLineFeedsAreNoDamage) {
  std::string text;
  for (const auto& line : lines(whole)) text += line + "\r\n";
  Database empty(folder / "b.db");
  EXPECT_EQ(import(empty, text).added, 11);
  EXPECT_EQ(exported(empty), whole);
}

}  // namespace
}  // namespace steepest::exchange::testing
