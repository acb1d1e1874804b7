// section_test.cpp: sections of a struct: required ones, alternatives that a name chooses, and those that may be left out.
#include <gmock/gmock.h>

#include "options/json.h"

namespace steepest::options {
namespace {

using nlohmann::json;

struct Plain {
  static constexpr const char* kName = "plain";
  static constexpr bool kUnnamed = true;
  double width = 1;
  template <class Visitor>
  void describe(Visitor& visit) {
    visit(field("width", width).help("how wide"));
  }
};

struct Gated {
  static constexpr const char* kName = "gated";
  double width = 2, gate = 3;
  std::int64_t every = 4;
  template <class Visitor>
  void describe(Visitor& visit) {
    visit(field("width", width).help("how wide"));
    visit(field("gate", gate).help("how open"));
    visit(field("every", every).observes().help("how often"));
  }
};

struct Square {
  static constexpr const char* kName = "square";
  double side = 1;
  template <class Visitor>
  void describe(Visitor& visit) {
    visit(field("side", side).help("its length"));
  }
};

struct Part {
  double size = 1;
  std::int64_t every = 8;
  std::variant<Square, Gated> shape;
  template <class Visitor>
  void describe(Visitor& visit) {
    visit(field("size", size).help("how large"));
    visit(field("every", every).observes().help("how often"));
    visit(field("shape", shape).required().keys_as("shape").help("as above"));
  }
};

struct Whole {
  std::int64_t seed = 0;
  std::variant<Plain, Gated> form;  // was a Plain before there was a choice
  std::variant<Square, Gated> shape = Gated{};
  Square extra;
  std::optional<Part> part, silent;
  template <class Visitor>
  void describe(Visitor& visit) {
    visit(field("seed", seed).help("a seed"));
    visit(field("form", form).required().from_group("forms").help("which form"));
    visit(field("shape", shape).suits({"square"}).help("which shape"));
    visit(field("extra", extra).help("more"));
    visit(field("part", part).from_group("part").help("with a part"));
    visit(field("silent", silent).unwatched().help("unseen"));
  }
};

std::string complaint(const json& node) {
  try {
    from_json<Whole>(node, "");
  } catch (const InputError& error) { return error.what(); }
  return "accepted";
}

json with(json node, const char* pointer, const json& value) {
  node[json::json_pointer(pointer)] = value;
  return node;
}

TEST(Sections, AreReadAndWrittenBack) {
  const json least = {{"form", json::object()}};
  const Whole whole = from_json<Whole>(least, "");
  EXPECT_TRUE(std::holds_alternative<Plain>(whole.form)) << "no name: as before there was a choice";
  EXPECT_FALSE(whole.part);
  EXPECT_EQ(to_json(whole), json::parse(R"({"seed": 0, "form": {"name": "plain", "width": 1.0}, "extra": {"side": 1.0},
                                            "shape": {"name": "gated", "width": 2.0, "gate": 3.0, "every": 4}})"));
  const json parted = with(with(to_json(whole), "/part", {{"shape", {{"name", "square"}}}}), "/form/name", "gated");
  const Whole other = from_json<Whole>(parted, "");
  EXPECT_EQ(std::get<Gated>(other.form).width, 1);
  EXPECT_EQ(std::get<Gated>(other.form).gate, 3);
  ASSERT_TRUE(other.part);
  EXPECT_TRUE(std::holds_alternative<Square>(other.part->shape));
  EXPECT_EQ(to_json(from_json<Whole>(to_json(other), "")), to_json(other));
  EXPECT_EQ(to_json(from_json<Whole>(with(least, "/part", nullptr), "")), to_json(whole)) << "null: left out";
}

TEST(Sections, ThatAreWrongAreToldWithWhatWouldBeRight) {
  const json right = {{"form", json::object()}};
  EXPECT_EQ(complaint(json::object()), "form: this section is missing");
  EXPECT_EQ(
      complaint({{"form", 3}}),
      R"(form: found "3", which is not a section of keys; valid: forms@form=OPTION chooses a file of the group, form.KEY=VALUE sets a key)");
  EXPECT_EQ(
      complaint(with(right, "/part", 3)),
      R"(part: found "3", which is not a section of keys; valid: part=OPTION chooses a file of the group, part.KEY=VALUE sets a key)");
  EXPECT_EQ(complaint(with(right, "/extra", 3)), R"(extra: found "3", which is not a section of keys; valid: keys side)");
  EXPECT_EQ(complaint(with(right, "/shape", 3)),
            R"(shape: found "3", which is not a section of keys; valid: a section with a name, one of: square, gated)");
  EXPECT_EQ(complaint(with(right, "/shape/side", 3)), "shape.name: missing; valid: one of: square, gated");
  EXPECT_EQ(complaint(with(right, "/form/name", "gatde")),
            R"(form.name: found "gatde"; valid: one of: plain, gated; did you mean "gated"?)");
  EXPECT_EQ(complaint(with(right, "/form/gate", 1)), "form.gate: unknown key; valid: one of: width");
  EXPECT_EQ(complaint(with(right, "/part", json::object())), "part.shape: this section is missing");
  EXPECT_EQ(complaint(with(right, "/part/shape/nam", 1)), "part.shape.name: missing; valid: one of: square, gated");
  EXPECT_EQ(complaint(with(right, "/sed", 1)),
            R"(sed: unknown key; valid: one of: seed, form, shape, extra, part, silent; did you mean "seed"?)");
}

TEST(Sections, DeviateByTheNameOfAnAlternativeAndByBeingThere) {
  Whole whole;
  EXPECT_EQ(deviations(whole), json::parse(R"({"shape": {"name": "gated"}})")) << "an unnamed alternative was there before it had a name";
  whole.form = Gated{};
  whole.part.emplace();
  EXPECT_EQ(deviations(whole),
            json::parse(R"({"shape": {"name": "gated"}, "form": {"name": "gated"}, "part": {"shape": {"name": "square"}}})"));
  whole.form = Plain{5};
  EXPECT_EQ(deviations(whole).at("form"), (json{{"width", 5.0}}));
  EXPECT_EQ(deviations(whole), deviations(from_json<Whole>(to_json(whole), "", {}, Absent::neutral)));
}

TEST(Sections, AreWatchedUnlessTheySayOtherwise) {
  Whole whole;
  whole.form = Gated{};
  whole.shape = Square{};
  whole.part.emplace();
  whole.silent.emplace();
  EXPECT_EQ(observations(whole), (std::map<std::string, std::int64_t>{{"form.every", 4}, {"part.every", 8}}));
}

TEST(Sections, StandInTheSchemaWithEachAlternative) {
  std::vector<std::string> lines;
  for (const auto& row : schema<Whole>()) lines.push_back(row.key + " | " + row.alternative + " | " + row.valid + " | " + row.help);
  EXPECT_THAT(lines, testing::ElementsAre(
                         "seed |  | an integer | a seed", "form.name |  | one of: plain, gated | which form",
                         "form.width | plain | a number | plain: how wide", "form.width | gated | a number | gated: how wide",
                         "form.gate | gated | a number | gated: how open", "form.every | gated | an integer | gated: how often",
                         "shape.name |  | one of: square | which shape", "shape.side | square | a number | square: its length",
                         "extra.side |  | a number | its length", "part.size |  | a number | with a part: how large",
                         "part.every |  | an integer | with a part: how often", "part.shape |  | the keys of shape | with a part: as above",
                         "silent.size |  | a number | unseen: how large", "silent.every |  | an integer | unseen: how often",
                         "silent.shape |  | the keys of shape | unseen: as above"));
  const auto rows = schema<Whole>();
  EXPECT_EQ(rows[1].neutral_value, "plain");
  EXPECT_TRUE(rows[6].neutral_value.is_null()) << "its name always decides";
}

}  // namespace
}  // namespace steepest::options
