// table_test.cpp: one table in four forms.
#include "report/table.h"

#include <gmock/gmock.h>

#include "options/error.h"
#include "report/draw.h"
#include "report/text.h"

namespace steepest::report {
namespace {

Table small() {
  return {{{"name"}, {"loss", true}},
          {{"a, \"b\"", "1.8 ± 0.1"}, {"long|name", "-"}},
          {"name", "loss", "error"},
          {{"a, \"b\"", 0.30000000000000004, 0.1}, {"long|name", nullptr, nullptr}}};
}

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> result;
  for (std::size_t start = 0; start < text.size();) {
    const auto end = text.find('\n', start);
    result.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return result;
}

TEST(BoxTable, EveryLineHasTheSameWidth) {
  for (const bool unicode : {true, false}) {
    const auto found = lines(render(small(), Format::table, unicode));
    ASSERT_EQ(found.size(), 6u);
    for (const auto& line : found) EXPECT_EQ(display_width(line), display_width(found[0])) << line;
  }
}

TEST(BoxTable, IsExactly) {
  EXPECT_EQ(render(small(), Format::table, true),
            "┌───────────┬───────────┐\n"
            "│ name      │      loss │\n"
            "├───────────┼───────────┤\n"
            "│ a, \"b\"    │ 1.8 ± 0.1 │\n"
            "│ long|name │         - │\n"
            "└───────────┴───────────┘\n");
  EXPECT_THAT(render(small(), Format::table, false), testing::HasSubstr("| a, \"b\"    | 1.8 +- 0.1 |"));
}

TEST(DisplayWidth, IsWhatATerminalShows) {
  EXPECT_EQ(display_width("plain"), 5u);
  EXPECT_EQ(display_width("étude"), 5u);
  EXPECT_EQ(display_width("e\xcc\x81tude"), 5u) << "a combining accent stands on its letter";
  EXPECT_EQ(display_width("日本"), 4u);
  EXPECT_EQ(display_width("ｆｕｌｌ"), 8u);
  EXPECT_EQ(display_width("한글"), 4u);
  EXPECT_EQ(display_width("1.8 ± 0.1 │ → η"), 15u);
  EXPECT_EQ(display_width("🙂"), 2u);
  EXPECT_EQ(display_width("a\xff\xc3(b"), 5u) << "bytes that are no UTF-8";
  EXPECT_EQ(padded("日本", 6), "日本  ");
}

TEST(BoxTable, WideNamesShiftNothing) {
  const Table table{{{"study"}, {"runs", true}}, {{"étude à 日本", "3"}, {"plain", "12"}}};
  EXPECT_EQ(render(table, Format::table, true),
            "┌──────────────┬──────┐\n"
            "│ study        │ runs │\n"
            "├──────────────┼──────┤\n"
            "│ étude à 日本 │    3 │\n"
            "│ plain        │   12 │\n"
            "└──────────────┴──────┘\n");
}

TEST(BoxTable, AsciiMeansAscii) {
  Table table{{{"η → ∞"}}, {{"№ 5 … ≥"}}};
  for (const unsigned char byte : render(table, Format::table, false)) EXPECT_LT(byte, 0x80);
}

TEST(BoxTable, LineFeedsDoNotBreakIt) {
  const Table table{{{"sql"}}, {{"one\ntwo\tthree"}}};
  EXPECT_EQ(lines(render(table, Format::table, true)).size(), 5u);
}

TEST(MarkdownTable, EscapesBarsAndMarksNumbers) {
  EXPECT_EQ(render(small(), Format::markdown, true),
            "| name | loss |\n"
            "|---|---:|\n"
            "| a, \"b\" | 1.8 ± 0.1 |\n"
            "| long\\|name | - |\n");
}

TEST(CsvTable, QuotesWhereNeededAndKeepsEveryDigit) {
  EXPECT_EQ(render(small(), Format::csv, true),
            "name,loss,error\n"
            "\"a, \"\"b\"\"\",0.30000000000000004,0.1\n"
            "long|name,,\n");
}

TEST(JsonTable, IsAnArrayOfObjectsInTheOrderOfTheKeys) {
  const auto json = nlohmann::ordered_json::parse(render(small(), Format::json, true));
  ASSERT_EQ(json.size(), 2u);
  EXPECT_EQ(json[0]["loss"].get<double>(), 0.30000000000000004);
  EXPECT_TRUE(json[1]["loss"].is_null());
  EXPECT_EQ(json[0].items().begin().key(), "name");
}

TEST(Tables, WithoutValuesPrintTheirTexts) {
  const Table table{{{"a"}, {"b"}}, {{"1", "x"}}};
  EXPECT_EQ(render(table, Format::csv, true), "a,b\n1,x\n");
  EXPECT_EQ(nlohmann::json::parse(render(table, Format::json, true)), nlohmann::json::parse(R"([{"a": "1", "b": "x"}])"));
}

TEST(Tables, WithoutRowsAreTables) {
  const Table table{{{"a"}}, {}};
  EXPECT_EQ(render(table, Format::csv, true), "a\n");
  EXPECT_EQ(render(table, Format::json, true), "[]\n");
  EXPECT_EQ(lines(render(table, Format::table, true)).size(), 4u);
}

TEST(QueryAnswers, ColumnsOfNumbersStandToTheRight) {
  store::Texts texts{{"whole", "real", "some", "infinite", "none", "words", "begun", "dates"}};
  for (const char* cell : {"1", "-2.5", "", "Inf", "", "x", "1x", "2026-11-26"}) texts.add(cell);
  for (const char* cell : {"-20", "1.25e-05", "7", "0.5", "", "1", "2", "2026-11-27"}) texts.add(cell);
  EXPECT_EQ(numeric_columns(texts), (std::vector<bool>{true, true, true, true, false, false, false, false}));
}

TEST(QueryAnswers, LongOnesAreGivenAwayInPiecesAndWhole) {
  store::Texts texts{{"a", "b"}};
  std::string expected = "a,b\n";
  for (int i = 0; i < 50'000; ++i) {
    texts.add(std::to_string(i)), texts.add("x");
    expected += std::to_string(i) + ",x\n";
  }
  std::string csv, box;
  int pieces = 0;
  draw_csv(texts, [&](std::string_view piece) { csv += piece, ++pieces; });
  draw_box(texts, {true, false}, false, [&](std::string_view piece) { box += piece; });
  EXPECT_EQ(csv, expected);
  EXPECT_GT(pieces, 5);
  const auto drawn = lines(box);
  ASSERT_EQ(drawn.size(), 50'004u);
  EXPECT_EQ(drawn[3], "|     0 | x |");
  EXPECT_EQ(drawn[50'002], "| 49999 | x |");
}

TEST(Formats, AreNamedAndTheNearestIsTold) {
  EXPECT_EQ(format_named("csv"), Format::csv);
  try {
    format_named("jsno");
    FAIL();
  } catch (const options::InputError& error) { EXPECT_EQ(error.parts().nearest, "json"); }
}

TEST(Numbers, AreShort) {
  EXPECT_EQ(number(0.1), "0.1");
  EXPECT_EQ(number(128), "128");
  EXPECT_EQ(number(3e-5), "3e-05");
  EXPECT_EQ(count(1048576), "1.05M");
  EXPECT_EQ(count(256), "256");
  EXPECT_EQ(count(20000), "20k");
}

}  // namespace
}  // namespace steepest::report
