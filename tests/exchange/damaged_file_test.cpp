// damaged_file_test.cpp: a file that is not what was exported is refused, with its name and line, before anything is written.
#include "support.h"

namespace steepest::exchange::testing {
namespace {

class DamagedFile : public ::testing::Test {
 protected:
  DamagedFile() {
    WholeFile database(folder / "a.db");
    fill(database, 12);
    whole = exported(database);
  }
  void expect_refused(const std::string& text, const std::string& place, const std::string& said) {
    WholeFile empty(folder / "b.db");
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
  /// The first run of this program that has metrics; runs stand in the order of their identities, which any change of the numbers shuffles.
  std::size_t run_line() const {
    const auto all = lines(whole);
    const auto found = std::find_if(all.begin(), all.end(), [](const std::string& line) {
      return line.find("\"metrics\":{\"") != std::string::npos && line.find("\"suite\"") == std::string::npos;
    });
    return static_cast<std::size_t>(found - all.begin()) + 1;
  }
  Folder folder{in_memory()};
  std::string whole;  ///< header, three studies, eleven runs, end: 16 lines
};

TEST_F(DamagedFile, CutAnywhere) {
  ASSERT_EQ(lines(whole).size(), 16u);
  for (std::size_t length = 1; length + 2 < whole.size(); length += 97) {
    const auto text = whole.substr(0, length);
    // A line without its line feed alone is whole: what is missed is the next one.
    const auto next = whole.begin() + static_cast<std::ptrdiff_t>(length) + 1;
    const auto line = static_cast<std::size_t>(std::count(whole.begin(), next, '\n')) + 1;
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
      WholeFile empty(folder / "b.db");
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
    WholeFile empty(folder / "b.db");
    EXPECT_NE(message_of([&] { import(empty, text); }).find("file.jsonl:"), std::string::npos) << at;
    EXPECT_EQ(number(empty, "SELECT count(*) FROM run"), 0);
  }
}

TEST_F(DamagedFile, EditedValuesAreNamed) {
  const std::size_t run = run_line();
  const std::string place = "file.jsonl:" + std::to_string(run) + ": ";
  expect_refused(edited(1, "\"version\":3", "\"version\":4"), "file.jsonl:1: version", "found 4; valid: 1 to 3");
  expect_refused(edited(1, "\"schema\"", "\"shema\""), "file.jsonl:1: schema", "missing");
  expect_refused(edited(run, "\"record\":\"run\"", "\"record\":\"rnu\""), place + "record", "did you mean \"run\"?");
  expect_refused(edited(run, "\"steps\":", "\"steps\":1"), place + "identity", "edited");
  expect_refused(edited(run, "\"config\":{", "\"config\":{\"date\":5,"), place + "config.date", "unknown key");
  expect_refused(edited(run, "\"numerics\":{\"adamw\":1", "\"numerics\":{\"adamw\":2"), place + "identity", "edited");
  expect_refused(edited(run, "\"attempts\":1", "\"attempts\":-1"), place + "attempts", "a whole number >= 0");
  expect_refused(edited(run, "\"attempts\":1", "\"attemts\":1"), place + "attempts", "missing");
  expect_refused(edited(run, "\"attempts\":1", "\"attempts\":1,\"attemptss\":1"), place + "attemptss", "did you mean \"attempts\"?");
  expect_refused(edited(run, "\"created_at\":\"20", "\"created_at\":\"xx"), place + "created_at", "a time such as");
  expect_refused(edited(run, "\"metrics\":{", "\"metrics\":{\"a\":[[3,1],[2,1]],"), place + "metrics.a", "the step 2 after 3");
  expect_refused(edited(run, "\"metrics\":{", "\"metrics\":{\"a\":[[3,\"NaN\"]],"), place + "metrics.a", "\"-Infinity\"");
  expect_refused(edited(run, "\"step\":11", "\"step\":12"), "file.jsonl:16: sha256", "edited");
  expect_refused(whole + "more\n", "file.jsonl:17", "after the last line");
}

TEST_F(DamagedFile, OtherLineFeedsAreNoDamage) {
  std::string text;
  for (const auto& line : lines(whole)) text += line + "\r\n";
  WholeFile empty(folder / "b.db");
  EXPECT_EQ(import(empty, text).added, 11);
  EXPECT_EQ(exported(empty), whole);
}

}  // namespace
}  // namespace steepest::exchange::testing
