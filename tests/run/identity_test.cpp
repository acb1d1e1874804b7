// identity_test.cpp: the hash that makes two runs one.
#include "run/identity.h"

#include <gtest/gtest.h>

#include <cmath>

#include "run/run_schema.h"

namespace steepest::run {
namespace {

using nlohmann::json;

json sample() { return to_json(TrainingRun()); }

json sample_fine_tuning() {
  TrainingRun run;
  run.base.emplace();
  return to_json(run);
}

/// Another value of the same kind.
json changed(const json& value) {
  if (value.is_boolean()) return !value.get<bool>();
  if (value.is_number_float()) return std::nextafter(value.get<double>(), 1e9);
  if (value.is_number()) return value.get<std::int64_t>() + 1;
  if (value.is_array()) {
    json longer = value;
    longer.push_back(value.empty() ? json(0) : value.back());
    return longer;
  }
  return value.get<std::string>() + "x";
}

/// Every leaf of a tree; a list counts as one.
void leaves(const json& tree, const json::json_pointer& at, std::vector<json::json_pointer>& found) {
  if (!tree.is_object()) return found.push_back(at);
  for (const auto& item : tree.items()) leaves(item.value(), at / item.key(), found);
}

TEST(CanonicalJson, IsSortedCompactAndShortest) {
  EXPECT_EQ(canonical_json(json::parse(R"({"b": [1, 2.5, "x y"], "a": {"d": null, "c": true}})")), R"({"a":{"c":true,"d":null},"b":[1,2.5,"x y"]})");
  EXPECT_EQ(canonical_json(0.1), "0.1");
  EXPECT_EQ(canonical_json(1e-8), "1e-08");
  EXPECT_EQ(canonical_json(-0.0), "0");
}

TEST(CanonicalJson, NumbersReadBackExactly) {
  for (const double number : {0.1, 1.0 / 3, 5e-324, 1.7976931348623157e308, 0.30000000000000004, 123456789.123456789}) {
    EXPECT_EQ(json::parse(canonical_json(number)).get<double>(), number);
  }
}

TEST(Identity, DoesNotDependOnTheOrderOfKeys) {
  const json config = sample();
  nlohmann::ordered_json reversed;
  std::vector<std::string> keys;
  for (const auto& item : config.items()) keys.push_back(item.key());
  for (auto key = keys.rbegin(); key != keys.rend(); ++key) reversed[*key] = config[*key];
  EXPECT_EQ(identity(json::parse(reversed.dump())), identity(config));
}

TEST(Identity, SurvivesBeingWrittenAndReadAgain) { EXPECT_EQ(identity(json::parse(sample().dump())), identity(sample())); }

TEST(Identity, ChangesWithEveryKeyThatCanChangeTheNumbers) {
  for (const json& config : {sample(), sample_fine_tuning()}) {
    std::vector<json::json_pointer> pointers;
    leaves(config, json::json_pointer(), pointers);
    ASSERT_GT(pointers.size(), 40u);
    for (const auto& pointer : pointers) {
      json other = config;
      other[pointer] = changed(config[pointer]);
      json shorter = config;
      shorter[pointer.parent_pointer()].erase(pointer.back());
      if (pointer.back() == "url") {
        EXPECT_EQ(identity(other), identity(config)) << pointer;
        EXPECT_EQ(identity(shorter), identity(config)) << pointer;
        continue;
      }
      EXPECT_NE(identity(other), identity(config)) << pointer;
      EXPECT_NE(identity(shorter), identity(config)) << pointer;
    }
  }
}

// Files of runs of an older version are checked by the rule that they were made with.
TEST(Identity, OfOlderVersionsStaysAsItWas) {
  json config = sample_fine_tuning();
  const std::string three = identity(config, 3), four = identity(config, 4);
  config["data"]["url"] = "https://elsewhere.example/a.txt";
  EXPECT_EQ(identity(config, 3), three);
  config["base"]["data"]["url"] = "https://elsewhere.example/b.txt";
  EXPECT_NE(identity(config, 3), three);
  EXPECT_EQ(identity(config, 4), four);
}

TEST(Identity, OneDeviceOfATypeIsLikeAnother) {
  json cpu = sample(), first = sample(), second = sample(), unnamed = sample();
  first["device"] = "cuda:0";
  second["device"] = "cuda:1";
  unnamed["device"] = "cuda";
  EXPECT_EQ(identity(first), identity(second));
  EXPECT_EQ(identity(first), identity(unnamed));
  EXPECT_NE(identity(first), identity(cpu));
}

TEST(Identity, ChangesWithTheVersionOfTheNumbers) {
  EXPECT_NE(identity(sample(), 1), identity(sample(), 2));
  EXPECT_EQ(identity(sample()), identity(sample(), kNumericsVersion));
}

}  // namespace
}  // namespace steepest::run
