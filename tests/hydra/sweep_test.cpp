// sweep_test.cpp: overrides with several values, multiplied out.
#include <gmock/gmock.h>

#include <algorithm>
#include <functional>
#include <set>

#include "hydra/composer.h"
#include "hydra/glob.h"
#include "hydra/override_grammar.h"
#include "hydra/sweeper.h"
#include "hydra/temporary_tree.h"
#include "hydra/value_lexer.h"

namespace steepest::hydra {
namespace {

using testing::ElementsAre;
using Overrides = std::vector<std::string>;

/// Every combination, as it could have been given.
std::vector<Overrides> expanded(const Overrides& lines, const Composer* composer = nullptr) {
  std::vector<Overrides> all;
  for (const auto& combination : expand_sweeps(parse_overrides(lines), composer)) {
    all.emplace_back();
    for (const Override& override : combination) all.back().push_back(override.text());
  }
  return all;
}

TEST(ExpandSweeps, TheLastVariesFastest) {
  EXPECT_THAT(expanded({"a=1,2", "b=x", "c=range(2)"}), ElementsAre(Overrides{"a=1", "b=x", "c=0"}, Overrides{"a=1", "b=x", "c=1"},
                                                                    Overrides{"a=2", "b=x", "c=0"}, Overrides{"a=2", "b=x", "c=1"}));
}

TEST(ExpandSweeps, NothingGivesTheOneRunWithoutOverrides) { EXPECT_THAT(expanded({}), ElementsAre(Overrides{})); }

TEST(ExpandSweeps, ListsAndQuotesAreNoSweeps) {
  EXPECT_EQ(expanded({"a=[1,2]", "b='x,y'", "c={d:1,e:2}", "d=x\\,y"}).size(), 1u);
  EXPECT_EQ(expanded({"a=[1,2],[3]"}).size(), 2u);
}

TEST(ExpandSweeps, AKeyGivenTwiceCountsOnce) { EXPECT_THAT(expanded({"a=1,2", "a=3"}), ElementsAre(Overrides{"a=3"})); }

TEST(ExpandSweeps, ReadsGroupsFromTheFolder) {
  const TemporaryTree tree(Files{{"config.yaml", ""}, {"g/one.yaml", ""}, {"g/two.yaml", ""}, {"g/three.yaml", ""}});
  const Composer composer(tree.path());
  EXPECT_THAT(expanded({"g=glob(t*)"}, &composer), ElementsAre(Overrides{"g=three"}, Overrides{"g=two"}));
  EXPECT_THROW(expanded({"g=glob(x*)"}, &composer), options::InputError);
  EXPECT_THROW(expanded({"g=glob(t*)"}), options::InputError);
}

TEST(ExpandSweeps, RefusesWhatHasNoEndOrNoValue) {
  for (const char* line : {"a=range(0,1,0)", "a=range(0)", "a=range(1e9)", "a=interval(0,1)", "a=int(interval(0,1))", "a=shuffle(range(0))",
                           "a=choice()", "a=range(0,inf)"}) {
    EXPECT_THROW(expanded({line}), options::InputError) << line;
  }
  EXPECT_THROW(expanded({"a=range(1000)", "b=range(1000)", "c=range(1000)"}), options::InputError);
}

TEST(ExpandSweeps, AShuffleIsAPermutationThatIsFixedByTheOverridesText) {
  const auto values = [](const std::string& line) {
    std::vector<std::string> all;
    for (const Overrides& combination : expanded({line})) all.push_back(combination.at(0));
    return all;
  };
  // The very order is part of the promise: it must come out of every compiler and library.
  EXPECT_THAT(values("a=shuffle(range(6))"), ElementsAre("a=1", "a=2", "a=0", "a=4", "a=5", "a=3"));
  EXPECT_EQ(parse_override("a=shuffle([1,2,3,4,5,6])").json()->dump(), "[5,3,2,6,4,1]");
  std::set<std::vector<std::string>> orders;
  for (int n = 2; n < 60; ++n) {
    const std::string key = "k" + std::to_string(n), inner = "range(" + std::to_string(n) + ")";
    std::vector<std::string> shuffled = values(key + "=shuffle(" + inner + ")");
    EXPECT_EQ(shuffled, values(key + "=shuffle(" + inner + ")"));
    std::vector<std::string> plain = values(key + "=" + inner);
    std::sort(shuffled.begin(), shuffled.end());
    std::sort(plain.begin(), plain.end());
    EXPECT_EQ(shuffled, plain);
    std::vector<std::string> order = values(key + "=shuffle(1,2,3,4)");
    for (std::string& value : order) value.erase(0, value.find('='));
    orders.insert(order);
  }
  EXPECT_GT(orders.size(), 15u);  // of 24, for 58 texts
}

TEST(ExpandSweeps, AnIntervalIsReadButNotSweptOver) {
  EXPECT_EQ(std::get<Interval>(*parse_override("a=int(interval(0.5,3))").value).end, 3);
  const TemporaryTree tree(Files{{"config.yaml", "a: 1\n"}});
  for (const auto& attempt : {std::function<void()>([] { expanded({"a=interval(0,1)"}); }),
                              std::function<void()>([&] { Composer(tree.path()).compose(Overrides{"a=tag(t,interval(0,1))"}); })}) {
    try {
      attempt();
      ADD_FAILURE() << "accepted";
    } catch (const options::InputError& error) { EXPECT_THAT(error.parts().valid, testing::HasSubstr("range(...)")); }
  }
}

TEST(Glob, ReadsPatternsAsPythonDoes) {
  for (const auto& [pattern, name, matches] : std::vector<std::tuple<std::string, std::string, bool>>{
           {"*", "", true},      {"*", "abc", true},    {"a*c", "abbc", true}, {"a*c", "abbd", false}, {"*a*b*", "xxaxxbx", true},
           {"*ab", "aab", true}, {"?", "", false},      {"?", "a", true},      {"[ab]c", "bc", true},  {"[!ab]c", "bc", false},
           {"[a-c]", "b", true}, {"[a-c]", "d", false}, {"[]x]", "]", true},   {"[!]]", "]", false},   {"[^a]", "^", true},
           {"[^a]", "b", false}, {"[a", "[a", true},    {"\\a", "\\a", true},  {"a", "ab", false},     {"[", "[", true},
           {"[!", "[!", true},   {"[a-]", "-", true},   {"a**", "a", true}}) {
    EXPECT_EQ(glob_matches(pattern, name), matches) << pattern << " " << name;
  }
}

TEST(Spell, ReadsBackAsTheSameValue) {
  const auto values =
      nlohmann::json::parse(R"([null, true, false, 0, -7, 0.5, 1.0, 1e-9, 1e300, 123456789012345678, "", "a", "1", "true", "null", "nan",
      "a b", " a", "it's", "a\"b", "back\\slash", "\\", "\\'", "'\\\\'", "a,b", "[x]", "{y: z}", "$x", "${a.b}", "ä", "a=b", "~", "!",
      [], [1, "2", [true]], {}, {"a": 1, "b c": {"d,e": "f"}}])");
  for (const auto& value : values) {
    const Override read = parse_override("key=" + spell(value));
    EXPECT_EQ(*read.json(), value) << spell(value);
    EXPECT_EQ(read.json()->type() == nlohmann::json::value_t::number_float, value.is_number_float()) << spell(value);
  }
}

TEST(ParseOverride, NamesThePlace) {
  try {
    parse_override("model.rank=[1,2");
    FAIL();
  } catch (const options::InputError& error) {
    EXPECT_EQ(error.parts().file, "command line");
    EXPECT_THAT(error.what(), testing::HasSubstr("character 16"));
  }
}

TEST(ParseOverride, HostileLinesEndInAnErrorNotInACrash) {
  for (const std::string& line : {"a=" + std::string(5000, '['), "a=" + std::string(5000, '('), std::string("a=\0b", 4), std::string(""),
                                  "a=" + std::string(5000, '\\') + "'", std::string("a='"),
                                  [] {
                                    std::string deep = "a=";
                                    for (int i = 0; i < 1000; ++i) deep += "f(";
                                    return deep;
                                  }(),
                                  [] {
                                    std::string deep = "a=";
                                    for (int i = 0; i < 1000; ++i) deep += "{a:";
                                    return deep;
                                  }()}) {
    EXPECT_THROW(parse_override(line), options::InputError) << line.substr(0, 30);
  }
}

}  // namespace
}  // namespace steepest::hydra
