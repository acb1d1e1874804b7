// yaml_tree_test.cpp: YAML as OmegaConf reads it, with the places of its keys.
#include "hydra/yaml_tree.h"

#include <gmock/gmock.h>

#include "hydra/yaml_scalar.h"

namespace steepest::hydra {
namespace {

using nlohmann::json;

TEST(PlainScalar, FollowsYaml11WithOmegaConfsFloats) {
  const std::vector<std::pair<const char*, json>> known = {{"", nullptr},
                                                           {"~", nullptr},
                                                           {"null", nullptr},
                                                           {"yes", true},
                                                           {"Off", false},
                                                           {"y", "y"},
                                                           {"tRue", "tRue"},
                                                           {"8", 8},
                                                           {"-8", -8},
                                                           {"+8", 8},
                                                           {"1_000", 1000},
                                                           {"010", 8},
                                                           {"08", "08"},
                                                           {"0x1F", 31},
                                                           {"0b101", 5},
                                                           {"1:30", 90},
                                                           {"-1:30:15", -5415},
                                                           {"1:60", "1:60"},
                                                           {"99999999999999999999:30", 6e21},
                                                           {"-99999999999999999999:30", -6e21},
                                                           {"1.0", 1.0},
                                                           {"1e3", 1000.0},
                                                           {"1e-3", 0.001},
                                                           {".5", 0.5},
                                                           {"5.", 5.0},
                                                           {"-.5", "-.5"},
                                                           {"1:30.5", 90.5},
                                                           {"2020-01-01", "2020-01-01"},
                                                           {"1.2.3", "1.2.3"},
                                                           {"inf", "inf"},
                                                           {"nan", "nan"},
                                                           {"-", "-"},
                                                           {".", "."},
                                                           {"dense", "dense"},
                                                           {"99999999999999999999", 1e20}};
  for (const auto& [text, value] : known) {
    EXPECT_EQ(plain_scalar(text), value) << text;
    EXPECT_EQ(plain_scalar(text).type() == json::value_t::number_float, value.is_number_float()) << text;
  }
  EXPECT_EQ(plain_scalar("-.inf").get<double>(), -std::numeric_limits<double>::infinity());
  EXPECT_NE(plain_scalar(".nan").get<double>(), plain_scalar(".nan").get<double>());
}

TEST(ParseYaml, KeepsOrderAndPlaces) {
  const YamlFile file = parse_yaml("# c\nz: 1\na:\n  - x\n  - y: 2\nm: {k: v}\n", "f.yaml");
  EXPECT_EQ(file.tree.keys(), (std::vector<std::string>{"z", "a", "m"}));
  EXPECT_EQ(file.tree.find("z")->origin.line, 2);
  EXPECT_EQ(file.tree.find("a")->find("1")->find("y")->origin.line, 5);
  EXPECT_EQ(file.tree.find("z")->origin.column, 1);
  EXPECT_EQ(file.tree.find("a")->find("0")->origin.column, 5);
  EXPECT_EQ(file.tree.find("a")->find("1")->find("y")->origin.column, 5);
  EXPECT_EQ(file.tree.find("m")->find("k")->origin.column, 5);
  EXPECT_EQ(parse_yaml("a: 1\n'b':\n  \"c\": 2\n", "f").tree.find("b")->find("c")->origin.column, 3);
  EXPECT_EQ(*file.tree.find("m")->find("k")->origin.file, "f.yaml");
  EXPECT_EQ(file.tree.to_json(), json::parse(R"({"z": 1, "a": ["x", {"y": 2}], "m": {"k": "v"}})"));
}

TEST(ParseYaml, QuotesMakeText) {
  EXPECT_EQ(parse_yaml("a: '1'\nb: \"true\"\nc: !!str 5\n", "f").tree.to_json(), json::parse(R"({"a": "1", "b": "true", "c": "5"})"));
}

TEST(ParseYaml, AFileMayBeAListOrOneWord) {
  const auto list = parse_yaml("# @package a.b\n- x\n- {y: 2}\n", "f");
  EXPECT_EQ(list.tree.to_json(), json::parse(R"(["x", {"y": 2}])"));
  EXPECT_EQ(list.package, "a.b");
  EXPECT_EQ(parse_yaml("[]\n", "f").tree.to_json(), json::array());
  for (const char* word : {"word\n", "'word'\n", "|\n  word\n"})
    EXPECT_EQ(parse_yaml(word, "f").tree.to_json(), (json{{"word", nullptr}})) << word;
  for (const char* value : {"5\n", "true\n", "'5'\n", "1e-3\n", "'a: 1'\n"})
    EXPECT_THROW(parse_yaml(value, "f"), options::InputError) << value;
}

TEST(ParseYaml, ReadsThePackageHeader) {
  EXPECT_EQ(parse_yaml("# @package _global_\na: 1\n", "f").package, "_global_");
  EXPECT_EQ(parse_yaml("\n#@package a.b\na: 1\n", "f").package, "a.b");
  EXPECT_EQ(parse_yaml("# a comment\n# @package x\n", "f").package, std::nullopt);
  EXPECT_THROW(parse_yaml("# @package a b\n", "f"), options::InputError);
}

TEST(ParseYaml, MistakesLeadToTheirPlace) {
  struct Mistake {
    std::string text;
    int line, column;
  };
  for (const auto& [text, line, column] : {Mistake{"a: 1\nb: [1, 2\n", 3, 1},
                                           {"a: 1\na: 2\n", 2, 1},
                                           {"x:\n  b: 1\n  b: 2\n", 3, 3},
                                           {"5\n", 1, 1},
                                           {"a: {b: 1, c: 2, b: 3}\n", 1, 17},
                                           {"a:\n  - 0x_\n", 2, 5},
                                           {"a: !thing 5\n", 1, 1},
                                           {"b: 1\n? [a]\n: 2\n", 2, 3},
                                           {"a: 1\n  b: 2\n", 2, 4},
                                           {"\n  # @package a b\n", 2, 3}}) {
    try {
      parse_yaml(text, "f.yaml");
      ADD_FAILURE() << text;
    } catch (const options::InputError& error) {
      EXPECT_EQ(error.parts().file, "f.yaml");
      EXPECT_EQ(error.parts().line, line) << error.what();
      EXPECT_EQ(error.parts().column, column) << error.what();
    }
  }
}

TEST(ParseYaml, BytesThatAreNoTextAreRefusedWithTheirPlace) {
  for (const std::string& bad : std::vector<std::string>{"\xba", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xc3",
                                                         "\xe2\x82", "\xff", "\x02", "\x04", "\x7f", std::string(1, 0)}) {
    try {
      parse_yaml("a: 1\nb" + bad + ": 2\n", "f");
      ADD_FAILURE() << bad.size();
    } catch (const options::InputError& error) {
      EXPECT_EQ(error.parts().line, 2);
      EXPECT_EQ(error.parts().column, 2);
    }
  }
  EXPECT_EQ(parse_yaml("\xc3\xa4: \xe2\x82\xac\xf0\x9f\x98\x80\n", "f").tree.to_json().dump(),
            "{\"\xc3\xa4\":\"\xe2\x82\xac\xf0\x9f\x98\x80\"}");
}

TEST(ParseYaml, MergeKeysFillWhatIsMissing) {
  EXPECT_EQ(parse_yaml("base: &b {x: 1, y: 2}\nd: {<<: *b, y: 3}\n", "f").tree.to_json().at("d"), json::parse(R"({"x": 1, "y": 3})"));
  EXPECT_THROW(parse_yaml("d: {<<: 5}\n", "f"), options::InputError);
}

TEST(QuotedScalar, IsReadBackAsTheSameText) {
  for (int c = 0; c < 0x800; ++c) {
    const std::string character = c < 0x80 ? std::string(1, static_cast<char>(c))
                                           : std::string{static_cast<char>(0xc0 | (c >> 6)), static_cast<char>(0x80 | (c & 0x3f))};
    const std::string text = "a" + character + "'b\"\\";
    const auto file = parse_yaml(quoted_scalar(text) + ": " + quoted_scalar(text) + "\n", "test");
    ASSERT_EQ(file.tree.entries.size(), 1u) << c;
    EXPECT_EQ(file.tree.to_json(), (nlohmann::json{{text, text}})) << c;
  }
}

}  // namespace
}  // namespace steepest::hydra
