// json_test.cpp: option structs from and to JSON, their schema, and what is said about wrong values.
#include "options/json.h"

#include <gmock/gmock.h>

#include <limits>

namespace steepest::options {
namespace {

using nlohmann::json;
using testing::HasSubstr;

struct Inner {
  double scale = 2.0;
  template <class Visitor>
  void describe(Visitor& visit) {
    visit(field("scale", scale).above(0).below(10));
  }
};

struct Sample {
  static constexpr const char* kName = "sample";
  bool flag = false;
  std::int64_t count = 3;
  double rate = 0.5;
  std::string mode = "fast";
  std::string label;
  std::vector<double> betas = {0.9, 0.99};
  std::vector<std::string> layers = {"a"};
  Inner inner;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit(field("flag", flag).help("a flag"));
    visit(field("count", count).at_least(0).at_most(100).spelled(0, "none").unit("pieces"));
    visit(field("rate", rate).at_least(0).below(1));
    visit(field("mode", mode).one_of({"fast", "slow"}));
    visit(field("label", label));
    visit(field("betas", betas).at_least(0).below(1));
    visit(field("layers", layers).one_of({"a", "b", "c"}));
    visit(field("inner", inner));
  }
};

struct Other {
  static constexpr const char* kName = "other";
  std::int64_t size = 1;
  template <class Visitor>
  void describe(Visitor& visit) {
    visit(field("size", size));
  }
};

using Either = std::variant<Sample, Other>;

/// The parts of the complaint about a configuration; fails the test if there is none.
InputError::Parts complaint(const std::string& text, const std::vector<std::string>& extra = {}) {
  try {
    from_json<Sample>(json::parse(text), "s", extra);
  } catch (const InputError& error) { return error.parts(); }
  ADD_FAILURE() << "accepted: " << text;
  return {};
}

TEST(FromJson, KeepsDefaultsOfAbsentKeys) {
  const Sample read = from_json<Sample>(json::parse(R"({"count": 7, "inner": {}})"), "s");
  EXPECT_EQ(read.count, 7);
  EXPECT_EQ(read.rate, 0.5);
  EXPECT_EQ(read.inner.scale, 2.0);
}

TEST(FromJson, InvertsToJson) {
  Sample sample;
  sample.flag = true;
  sample.count = 0;
  sample.rate = 1e-9;
  sample.mode = "slow";
  sample.label = "x \"y\"";
  sample.betas = {};
  sample.layers = {"c", "a"};
  sample.inner.scale = 9.999999999999998;
  const json written = to_json(sample);
  EXPECT_EQ(written.at("count"), "none");
  EXPECT_EQ(to_json(from_json<Sample>(json::parse(written.dump()), "")), written);
}

TEST(FromJson, ToldOfAnUnknownKeyByItsNearest) {
  const auto parts = complaint(R"({"cuont": 1})");
  EXPECT_EQ(parts.key, "s.cuont");
  EXPECT_EQ(parts.nearest, "count");
  EXPECT_THAT(parts.valid, HasSubstr("betas"));
  EXPECT_EQ(complaint(R"({"inner": {"scael": 1}})").key, "s.inner.scael");
  EXPECT_EQ(complaint(R"({"name": 1})").key, "s.name");
  EXPECT_NO_THROW(from_json<Sample>(json::parse(R"({"name": 1})"), "s", {"name"}));
}

struct WrongValue {
  const char* text;
  const char* key;
  const char* found;
};
class FromJsonRefuses : public testing::TestWithParam<WrongValue> {};

TEST_P(FromJsonRefuses, WithKeyFoundAndValid) {
  const auto parts = complaint(GetParam().text);
  EXPECT_EQ(parts.key, GetParam().key);
  EXPECT_THAT(parts.problem, HasSubstr(GetParam().found));
  EXPECT_FALSE(parts.valid.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Values, FromJsonRefuses,
    testing::Values(WrongValue{R"({"flag": 1})", "s.flag", "\"1\""}, WrongValue{R"({"flag": "yes"})", "s.flag", "\"yes\""},
                    WrongValue{R"({"count": 8.0})", "s.count", "\"8.0\""}, WrongValue{R"({"count": true})", "s.count", "\"true\""},
                    WrongValue{R"({"count": "8"})", "s.count", "\"8\""}, WrongValue{R"({"count": 101})", "s.count", "\"101\""},
                    WrongValue{R"({"count": -1})", "s.count", "\"-1\""}, WrongValue{R"({"count": null})", "s.count", "\"null\""},
                    WrongValue{R"({"count": 18446744073709551615})", "s.count", "18446744073709551615"},
                    WrongValue{R"({"rate": 1})", "s.rate", "\"1\""}, WrongValue{R"({"rate": "0.1"})", "s.rate", "\"0.1\""},
                    WrongValue{R"({"rate": false})", "s.rate", "\"false\""}, WrongValue{R"({"mode": "fsat"})", "s.mode", "\"fsat\""},
                    WrongValue{R"({"mode": 3})", "s.mode", "\"3\""}, WrongValue{R"({"label": 3})", "s.label", "\"3\""},
                    WrongValue{R"({"betas": 0.9})", "s.betas", "\"0.9\""}, WrongValue{R"({"betas": [0.9, 1]})", "s.betas", "\"1\""},
                    WrongValue{R"({"betas": [0.9, "x"]})", "s.betas", "\"x\""}, WrongValue{R"({"layers": "a"})", "s.layers", "\"a\""},
                    WrongValue{R"({"layers": ["a", "d"]})", "s.layers", "\"d\""}, WrongValue{R"({"inner": 5})", "s.inner", "\"5\""},
                    WrongValue{R"({"inner": {"scale": 0}})", "s.inner.scale", "\"0\""}, WrongValue{"[]", "s", "\"[]\""},
                    WrongValue{"null", "s", "\"null\""}));

TEST(FromJson, SaysWhatIsValid) {
  EXPECT_EQ(complaint(R"({"rate": 2})").valid, "a number >= 0 and < 1");
  EXPECT_EQ(complaint(R"({"count": 1.5})").valid, "none, or an integer >= 0 and <= 100");
  EXPECT_EQ(complaint(R"({"mode": "slwo"})").valid, "one of: fast, slow");
  EXPECT_EQ(complaint(R"({"mode": "slwo"})").nearest, "slow");
  EXPECT_EQ(complaint(R"({"count": "non"})").nearest, "none");
  EXPECT_EQ(complaint(R"({"flag": 1})").valid, "true or false");
  EXPECT_EQ(complaint(R"({"betas": 1})").valid, "a list of numbers >= 0 and < 1");
  EXPECT_EQ(complaint(R"({"layers": 1})").valid, "a list of any of: a, b, c");
}

TEST(FromJson, RefusesWhatIsNotFinite) {
  for (const double number :
       {std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_THROW(from_json<Inner>({{"scale", number}}, ""), InputError);
    EXPECT_THROW(from_json<Sample>({{"betas", {number}}}, ""), InputError);
  }
}

TEST(FromJson, AnIntegerServesWhereANumberIsWanted) {
  EXPECT_EQ(from_json<Inner>({{"scale", 3}}, "").scale, 3.0);
  EXPECT_EQ(from_json<Sample>({{"count", "none"}}, "").count, 0);
}

TEST(FromJson, ShowsLongAndBrokenTextSafely) {
  const std::string bad = "\xff\xfe" + std::string(1000, 'x');
  const auto parts = [&] {
    try {
      from_json<Sample>({{"mode", bad}}, "");
    } catch (const InputError& error) { return error.parts(); }
    return InputError::Parts();
  }();
  EXPECT_LT(parts.problem.size(), 200u);
  EXPECT_THAT(parts.problem, HasSubstr("found"));
}

TEST(Schema, ListsEveryKeyOfToJsonInOrder) {
  const auto rows = schema<Sample>();
  ASSERT_EQ(rows.size(), 8u);
  EXPECT_EQ(rows[0].key, "flag");
  EXPECT_EQ(rows[0].help, "a flag");
  EXPECT_EQ(rows[1].unit, "pieces");
  EXPECT_EQ(rows[1].type, "integer");
  EXPECT_EQ(rows[7].key, "inner.scale");
  EXPECT_EQ(rows[7].default_value, 2.0);
  const json flat = to_json(Sample{}).flatten();
  for (const auto& row : rows) {
    std::string pointer = "/" + row.key;
    std::replace(pointer.begin(), pointer.end(), '.', '/');
    EXPECT_EQ(to_json(Sample{}).at(json::json_pointer(pointer)), row.default_value) << row.key;
  }
}

TEST(AnyFromJson, PicksByNameAndInverts) {
  const Either read = from_json<Either>({{"name", "other"}, {"size", 4}}, "o");
  EXPECT_EQ(std::get<Other>(read).size, 4);
  EXPECT_EQ(to_json(read), (json{{"name", "other"}, {"size", 4}}));
  EXPECT_EQ(to_json(from_json<Either>(to_json(Either(Sample{})), "")), to_json(Either(Sample{})));
}

TEST(AnyFromJson, TellsNamesAndNearest) {
  try {
    from_json<Either>({{"name", "smaple"}}, "o");
    FAIL();
  } catch (const InputError& error) {
    EXPECT_EQ(error.parts().key, "o.name");
    EXPECT_EQ(error.parts().nearest, "sample");
    EXPECT_EQ(error.parts().valid, "one of: sample, other");
  }
  EXPECT_THROW(from_json<Either>(json::object(), "o"), InputError);
  EXPECT_THROW(from_json<Either>({{"name", 3}}, "o"), InputError);
  EXPECT_THROW(from_json<Either>("sample", "o"), InputError);
  EXPECT_THROW(from_json<Either>({{"name", "other"}, {"rate", 1}}, "o"), InputError);
}

/// Options as they were, and as they are after some have been added and a default has changed.
struct Before {
  static constexpr const char* kName = "method";
  double rate = 0.5;
  std::int64_t every = 4;
  Inner inner;
  template <class Visitor>
  void describe(Visitor& visit) {
    visit(field("rate", rate));
    visit(field("every", every).observes());
    visit(field("inner", inner));
  }
};

struct Added {
  bool on = false;
  template <class Visitor>
  void describe(Visitor& visit) {
    visit(field("on", on));
  }
};

struct After {
  static constexpr const char* kName = "method";
  static constexpr int kNumerics = 2;
  double rate = 0.25;
  std::string form = "new";
  std::int64_t every = 1;
  std::string place = "elsewhere";
  Inner inner;
  Added added;
  template <class Visitor>
  void describe(Visitor& visit) {
    visit(field("rate", rate).neutral(0.5));
    visit(field("form", form).neutral("old"));
    visit(field("every", every).observes());
    visit(field("place", place).outside_identity());
    visit(field("inner", inner));
    visit(field("added", added));
  }
};

TEST(Deviations, OfARunThatWasStoredStayAsTheyWereWhenOptionsAreAddedAndDefaultsChange) {
  for (const double rate : {0.5, 0.25, 1.0}) {
    for (const double scale : {2.0, 3.0}) {
      Before before;
      before.rate = rate;
      before.inner.scale = scale;
      const After after = from_json<After>(to_json(before), "", {}, Absent::neutral);
      EXPECT_EQ(deviations(after), deviations(before));
      EXPECT_EQ(after.form, "old") << "what did not exist does what was done then";
    }
  }
  EXPECT_EQ(from_json<After>(json::object(), "").form, "new") << "what a user leaves out is the default";
  EXPECT_EQ(deviations(After{}), (json{{"rate", 0.25}, {"form", "new"}}));
  EXPECT_EQ(deviations(Before{}), json::object());
}

TEST(Deviations, HoldWhatDecidesAlone) {
  After options;
  options.every = 7;
  options.place = "nowhere";
  EXPECT_EQ(deviations(options), deviations(After{}));
  options.inner.scale = 4;
  options.added.on = true;
  EXPECT_EQ(deviations(options), json::parse(R"({"rate": 0.25, "form": "new", "inner": {"scale": 4.0}, "added": {"on": true}})"));
  EXPECT_EQ(deviations(Either(Other{})), (json{{"name", "other"}}));
  EXPECT_EQ(deviations(Either(Other{2})), (json{{"name", "other"}, {"size", 2}}));
  EXPECT_EQ(observations(options, "part"), (std::map<std::string, std::int64_t>{{"part.every", 7}}));
  EXPECT_EQ(numerics_of<Before>(), 1);
  EXPECT_EQ(numerics_of<After>(), 2);
}

}  // namespace
}  // namespace steepest::options
