// choice_test.cpp: an option whose type is an enum is spelled, stored and refused as the same words of text are.
#include <gmock/gmock.h>

#include "options/json.h"

namespace steepest::options {
namespace {

using nlohmann::json;

enum class Pace { fast, slow, automatic };
constexpr auto choice_names(Pace) { return std::array{"fast", "slow", "auto"}; }

struct Words {
  std::string pace = "slow", some = "fast";
  template <class Visitor>
  void describe(Visitor& visit) {
    visit(field("pace", pace).one_of({"fast", "slow", "auto"}).neutral("fast").help("how"));
    visit(field("some", some).one_of({"fast", "slow"}));
  }
};

struct Choices {
  Pace pace = Pace::slow, some = Pace::fast;
  template <class Visitor>
  void describe(Visitor& visit) {
    visit(field("pace", pace).neutral(Pace::fast).help("how"));
    visit(field("some", some).one_of({Pace::fast, Pace::slow}));
  }
};

/// All that is said about a configuration, or "" if it is accepted.
template <class Options>
std::string complaint(const json& node) {
  try {
    from_json<Options>(node, "section");
  } catch (const InputError& error) { return error.what(); }
  return "";
}

TEST(Choice, IsStoredAsItsWord) {
  for (const char* pace : {"fast", "slow", "auto"}) {
    const json node = {{"pace", pace}, {"some", "slow"}};
    const auto choices = from_json<Choices>(node, "");
    EXPECT_EQ(choice_name(choices.pace), pace);
    EXPECT_EQ(to_json(choices), to_json(from_json<Words>(node, "")));
    EXPECT_EQ(deviations(choices), deviations(from_json<Words>(node, "")));
  }
  EXPECT_EQ(from_json<Choices>({{"pace", "auto"}}, "").pace, Pace::automatic);
  EXPECT_EQ(deviations(Choices{}), (json{{"pace", "slow"}}));
  EXPECT_EQ(from_json<Choices>(json::object(), "", {}, Absent::neutral).pace, Pace::fast);
}

TEST(Choice, HasTheSchemaOfItsWords) {
  const auto words = schema<Words>(), choices = schema<Choices>();
  ASSERT_EQ(words.size(), choices.size());
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto parts = [](const FieldInfo& row) {
      return std::tie(row.key, row.type, row.valid, row.help, row.default_value, row.neutral_value);
    };
    EXPECT_EQ(parts(words[i]), parts(choices[i])) << words[i].key;
  }
}

TEST(Choice, IsRefusedInTheSameWords) {
  for (const json& found :
       {json("fsat"), json("auto"), json("FAST"), json(""), json(1), json(true), json(nullptr), json::array({"fast"})}) {
    EXPECT_EQ(complaint<Choices>({{"some", found}}), complaint<Words>({{"some", found}})) << found;
    EXPECT_THAT(complaint<Choices>({{"some", found}}), ::testing::HasSubstr("one of: fast, slow"));
  }
}

TEST(Choice, HasOneWordAValue) {
  EXPECT_EQ(choice_named<Pace>("slow"), Pace::slow);
  EXPECT_EQ(choice_named<Pace>("slo"), std::nullopt);
  EXPECT_EQ(choice_name(Pace::automatic), "auto");
}

}  // namespace
}  // namespace steepest::options
