// identity_test.cpp: the hash that makes two runs one.
#include "run/identity.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <random>
#include <set>

#include "run/former_identity.h"
#include "run/numerics.h"
#include "run/run.h"
#include "transformer_of.h"

namespace steepest::run {
namespace {

using nlohmann::json;

json sample() { return to_json(TrainingRun()); }

json sample_fine_tuning() {
  TrainingRun run;
  run.base.emplace();
  return to_json(run);
}

json sample_flow() { return to_json(FlowRun()); }

/// Whose options go together in any combination.
json sample_gradient_flow() {
  FlowRun run;
  run.flow.name = "gradient_flow";
  return to_json(run);
}

std::string identity_of(const json& config) { return identity(read_run(config)); }

/// Every leaf of a tree; a list counts as one.
void leaves(const json& tree, const json::json_pointer& at, std::vector<json::json_pointer>& found) {
  if (!tree.is_object()) return found.push_back(at);
  for (const auto& item : tree.items()) leaves(item.value(), at / item.key(), found);
}

/// Valid values of the same kind as `value`, other than it: some of them are refused, for this key or beside the other keys.
std::vector<json> others(const json& value) {
  std::vector<json> found;
  if (value.is_boolean()) return {!value.get<bool>()};
  if (value.is_number_float()) return {std::nextafter(value.get<double>(), 1e9), std::nextafter(value.get<double>(), -1e9)};
  if (value.is_number()) return {value.get<std::int64_t>() + 1, value.get<std::int64_t>() - 1, value.get<std::int64_t>() * 2};
  if (value.is_array()) {
    json shorter = value, turned = value;
    shorter.erase(0);
    std::reverse(turned.begin(), turned.end());
    return {shorter, turned, json::array({0.9, 0.91})};
  }
  for (const char* word :
       {"float32",        "float64",    "muon",   "spectron",  "lora_rite",     "sgd",    "adamw",   "linear",    "none",
        "normal",         "orthogonal", "plain",  "layer",     "inverse",       "swiglu", "text",    "synthetic", "svd",
        "eigh",           "frobenius",  "simple", "flops",     "factor",        "skip",   "specgf",  "ema",       "adaptive",
        "newton_schulz5", "balanced",   "cuda",   "other.txt", "polar_express", "qr",     "original"}) {
    if (value != word) found.emplace_back(word);
  }
  found.emplace_back(std::string(64, 'b'));
  return found;
}

/// What says how often is looked, where an input is, or what it is called, or how the steps were found. Of a base nothing is looked at.
bool decides(const json::json_pointer& pointer) {
  static const std::set<std::string> kOthers = {"evaluate_every", "log_every", "output_every", "url", "file", "vocabulary", "match"};
  return kOthers.count(pointer.back()) == 0;
}

TEST(CanonicalJson, IsSortedCompactAndShortest) {
  EXPECT_EQ(canonical_json(json::parse(R"({"b": [1, 2.5, "x y"], "a": {"d": null, "c": true}})")),
            R"({"a":{"c":true,"d":null},"b":[1,2.5,"x y"]})");
  EXPECT_EQ(canonical_json(0.1), "0.1");
  EXPECT_EQ(canonical_json(1e-8), "1e-08");
  EXPECT_EQ(canonical_json(-0.0), "0");
}

TEST(CanonicalJson, NumbersReadBackExactly) {
  for (const double number : {0.1, 1.0 / 3, 5e-324, 1.7976931348623157e308, 0.30000000000000004, 123456789.123456789}) {
    EXPECT_EQ(json::parse(canonical_json(number)).get<double>(), number);
  }
}

TEST(Identity, SurvivesBeingWrittenAndReadAgain) { EXPECT_EQ(identity_of(json::parse(sample().dump())), identity(TrainingRun())); }

TEST(Identity, ChangesWithWhatDecidesAndWithNothingElse) {
  for (const json& config : {sample(), sample_fine_tuning(), sample_gradient_flow()}) {
    std::vector<json::json_pointer> pointers;
    leaves(config, json::json_pointer(), pointers);
    ASSERT_GT(pointers.size(), 10u);
    const std::string own = identity_of(config), family = identity_but_for_seed(read_run(config));
    for (const auto& pointer : pointers) {
      int tried = 0;
      // Known by its root, which two neighbours share.
      const bool by_root = pointer.back() == "smoothing_squared";
      for (const json& value : by_root ? std::vector<json>{2e-8, 0.5e-8} : others(config[pointer])) {
        if (value == config[pointer]) continue;
        json other = config;
        other[pointer] = value;
        const auto section = pointer.parent_pointer();
        if (pointer.back() == "name" && section.back().find("optimizer") != std::string::npos) other[section] = {{"name", value}};
        std::optional<AnyRun> run;
        try {
          run = read_run(other);
        } catch (const options::InputError&) { continue; }
        ++tried;
        EXPECT_EQ(identity(*run) != own, decides(pointer)) << pointer << " " << value;
        EXPECT_EQ(identity_but_for_seed(*run) != family, decides(pointer) && pointer.to_string() != "/seed") << pointer;
      }
      const std::string section = pointer.back() == "name" ? pointer.parent_pointer().back() : "";
      const bool one_choice = section == "embedding_optimizer" || section == "model" || section == "base";
      EXPECT_TRUE(tried > 0 || one_choice) << pointer << " has no other value here";
    }
  }
}

TEST(Identity, ProbesAreNoPartOfIt) {
  TrainingRun watched;
  watched.probe.emplace().spectra = probe::SpectraOptions{4};
  EXPECT_EQ(identity(watched), identity(TrainingRun()));
  EXPECT_EQ(numerics(watched), numerics(TrainingRun()));
  EXPECT_EQ(observations(watched).at("probe.spectra.every"), 4);
  EXPECT_FALSE(covers(observations(TrainingRun()), observations(watched)));
  EXPECT_TRUE(covers(observations(watched), observations(TrainingRun())));
  const json asked = with_observations(sample(), observations(watched));
  EXPECT_EQ(observations(read_run(asked)), observations(watched)) << "a configuration without the section gets it";
}

TEST(Identity, OfARunFromBeforeANetworkHadANameIsTheSame) {
  for (json config : {sample(), sample_fine_tuning()}) {
    const std::string named = identity_of(config);
    config["model"].erase("name");
    EXPECT_EQ(identity_of(config), named);
    EXPECT_EQ(identity(read_run(config, options::Absent::neutral)), named);
    EXPECT_EQ(to_json(read_run(config)).at("model").at("name"), "transformer");
  }
}

TEST(Identity, OfStoredRunsIsFrozen) {
  // What stored runs are known by. Where nothing is said all is neutral, so that no new option or default may change these.
  const auto stored = [](const json& config) { return read_run(config, options::Absent::neutral); };
  json training = json::parse(R"({"model": {}, "optimizer": {"name": "spectron"}, "embedding_optimizer": {"name": "adamw"}, "data": {},
                                  "schedule": {}, "training": {}})");
  const json flow = json::parse(R"({"flow": {}, "problem": {}})");
  EXPECT_EQ(identity(stored(training), {{"spectron", 1}}), "f581ebf2be340eca956b4abf494a962c05e295613aabef0aa5e052cc716a1532");
  EXPECT_EQ(identity(stored(flow), {{"flow", 1}}), "291861481c5dec002125fe4756ef154e062eaefe8410343ed170a093be04ec1a");
  json base = training;
  base.erase("model");
  base["optimizer"]["name"] = "muon";
  training["base"] = base;
  training["device"] = "cuda:3";
  EXPECT_EQ(identity(stored(training), {{"spectron", 1}, {"muon", 1}}), "924a46a80d1f1eccd51d470a115b62545ecff3cc6893eda791761e61470cc87d");
  EXPECT_EQ(identity(stored(training), {{"spectron", 1}, {"muon", 3}, {"data", 2}}),
            "d47e80bf9a2dd80413bfbba54470cf51c5218b352924a86a59cb987199804a61");
}

TEST(Identity, OneDeviceOfATypeIsLikeAnother) {
  TrainingRun cpu, first, second, unnamed;
  first.device = "cuda:0";
  second.device = "cuda:1";
  unnamed.device = "cuda";
  EXPECT_EQ(identity(first), identity(second));
  EXPECT_EQ(identity(first), identity(unnamed));
  EXPECT_NE(identity(first), identity(cpu));
}

TEST(Identity, CoversTheNumericsOfTheComponentsThatARunUsesAndOfNoOthers) {
  const TrainingRun run;  // lora_muon
  EXPECT_NE(identity(run, {{"lora_muon", 1}}), identity(run));
  EXPECT_NE(identity(run, {{"transformer", 2}}), identity(run));
  EXPECT_NE(identity(run, {{"fused_kernels", 1}}), identity(run));
  EXPECT_EQ(identity(run, {{"spectron", 99}}), identity(run));
  EXPECT_EQ(identity(run, numerics(run)), identity(run));
  TrainingRun tuned = run;
  tuned.base.emplace();  // muon
  EXPECT_NE(identity(tuned, {{"muon", 1}}), identity(tuned));
}

TEST(Numerics, NameTheComponentsOfARun) {
  EXPECT_EQ(numerics(TrainingRun()),
            json::parse(R"({"adamw": 1, "data": 1, "fused_kernels": 2, "lora_muon": 2, "schedule": 1, "training": 1, "transformer": 1})"));
  TrainingRun simple;
  simple.kernels = model::Kernels::simple;
  EXPECT_FALSE(numerics(simple).contains("fused_kernels"));
  EXPECT_FALSE(is_current({{"fused_kernels", 1}, {"data", 1}}));
  EXPECT_EQ(numerics(FlowRun()), json::parse(R"({"flow": 1, "problem": 1})"));
  EXPECT_TRUE(is_current(numerics(TrainingRun())));
  EXPECT_FALSE(is_current({{"data", 1}, {"spectron", 99}}));
  EXPECT_FALSE(is_current(numerics_of_suite(3)));
  EXPECT_EQ(numerics_text(numerics_of_suite(3)), "suite 3");
  EXPECT_EQ(numerics_text({{"data", 1}, {"spectron", 2}}), "spectron 2");
  EXPECT_EQ(numerics_text({{"data", 1}}), "1");
}

TEST(Observations, OfARunAreWhatItIsLookedAtBy) {
  EXPECT_EQ(observations(TrainingRun()), (Observations{{"training.evaluate_every", 0}, {"training.log_every", 8}}));
  EXPECT_EQ(observations(FlowRun()), (Observations{{"flow.output_every", 1}}));
}

TEST(Observations, CoverWhatTheyAreDivisorsOf) {
  const auto each = [](std::int64_t every) { return Observations{{"a", every}}; };
  EXPECT_TRUE(covers(each(4), each(8)));
  EXPECT_TRUE(covers(each(4), each(0)));
  EXPECT_TRUE(covers(each(0), each(0)));
  EXPECT_FALSE(covers(each(0), each(4)));
  EXPECT_FALSE(covers(each(8), each(4)));
  EXPECT_FALSE(covers(each(4), each(6)));
  EXPECT_FALSE(covers({}, each(0))) << "not observed at all";
  EXPECT_TRUE(covers(each(4), {}));
}

TEST(Observations, MergedCoverBoth) {
  std::mt19937 engine(3);
  for (int trial = 0; trial < 200; ++trial) {
    Observations one, two;
    for (const char* key : {"training.evaluate_every", "probe.spectra.every", "probe.norms.every"}) {
      if (engine() % 3 != 0) one[key] = static_cast<std::int64_t>(engine() % 20);
      if (engine() % 3 != 0) two[key] = static_cast<std::int64_t>(engine() % 20);
    }
    const auto both = merged(one, two);
    EXPECT_TRUE(covers(both, one) && covers(both, two));
    EXPECT_EQ(both, merged(two, one));
    EXPECT_EQ(merged(both, one), both);
  }
  EXPECT_EQ(with_observations({{"training", {{"steps", 4}}}}, {{"probe.spectra.every", 8}, {"training.log_every", 2}}),
            json::parse(R"({"probe": {"spectra": {"every": 8}}, "training": {"log_every": 2, "steps": 4}})"));
}

/// A configuration as version 3 stored it: without the size of the vocabulary.
json of_version_3(TrainingRun run) {
  run.data.name = "text";
  run.data.file = "a.txt";
  run.data.sha256 = std::string(64, 'a');
  json config = to_json(run);
  config["data"].erase("vocabulary");
  if (run.base) config["base"]["data"].erase("vocabulary");
  return config;
}

TEST(FormerIdentity, OfAnOldRunBecomesThatOfAPlanWhereNothingHasChanged) {
  TrainingRun planned;
  planned.kernels = model::Kernels::simple;
  planned.optimizer = optim::SpecgdOptions{};
  const json config = of_version_3(planned);
  planned.data.name = "text";
  planned.data.sha256 = std::string(64, 'a');
  planned.data.vocabulary = 65;
  planned.data.url = "https://elsewhere.example";
  for (const int version : {2, 3, 4}) {
    const auto now = renewed("old", config, version);
    EXPECT_EQ(now.identity, identity(planned)) << version;
    EXPECT_EQ(now.family, identity_but_for_seed(planned));
    EXPECT_EQ(now.numerics, numerics(planned));
    EXPECT_EQ(now.observations, observations(planned));
    EXPECT_FALSE(now.flops) << "the vocabulary is not known";
  }
  EXPECT_EQ(renewed("old", to_json(planned), 4).flops, flops(planned));
  EXPECT_EQ(renewed("old", sample_flow(), 3).identity, identity(FlowRun()));
}

// A component that has changed since the suite's last version: the run is known by the first version of it, and is not today's.
TEST(FormerIdentity, IsOfTheFirstVersionOfEveryComponent) {
  TrainingRun planned;
  planned.kernels = model::Kernels::simple;
  planned.optimizer = optim::SpectronOptions{};
  planned.data.name = "synthetic";
  ASSERT_GT(numerics(planned).at("spectron"), 1);
  const auto now = renewed("old", to_json(planned), 4);
  EXPECT_EQ(now.identity, identity(planned, {{"spectron", 1}}));
  EXPECT_NE(now.identity, identity(planned));
  EXPECT_EQ(now.family, identity_but_for_seed(planned, {{"spectron", 1}}));
  EXPECT_EQ(now.numerics.at("spectron"), 1);
  EXPECT_FALSE(is_current(now.numerics));
}

TEST(FormerIdentity, StaysWhereTheNumbersHaveChangedSinceOrAreNotKnown) {
  TrainingRun lora, spectral, base, unknown;
  spectral.optimizer = optim::MuonOptions{};
  transformer_of(spectral).init.factors = "spectral";
  base.optimizer = optim::MuonOptions{};
  std::get<TrainedBase>(base.base.emplace()).optimizer = optim::LoraMuonOptions{};
  std::get<TrainedBase>(*base.base).data.sha256 = std::string(64, 'c');
  transformer_of(base).rank = 4;
  for (const auto& run : {lora, spectral}) {
    const json config = of_version_3(run);
    const auto old = renewed("old", config, 3);
    EXPECT_EQ(old.identity, "old");
    EXPECT_EQ(old.numerics, numerics_of_suite(3));
    EXPECT_FALSE(is_current(old.numerics));
    EXPECT_NE(renewed("old", config, 4).identity, "old");
    EXPECT_EQ(renewed("old", config, 1).identity, "old");
  }
  json config = of_version_3(spectral);
  config["model"]["init"]["factors"] = "normal";
  EXPECT_NE(renewed("old", config, 3).identity, "old");
  EXPECT_EQ(renewed("old", config, 1).identity, "old") << "everything changed with version 2";
  config["data"]["sha256"] = "";
  EXPECT_EQ(renewed("old", config, 3).identity, "old") << "whatever text that was";
  EXPECT_EQ(renewed("old", {{"x", 1}}, 3).identity, "old");
  EXPECT_EQ(renewed("old", of_version_3(base), 3).identity, "old");
  config = sample();
  config["seed"] = 5;
  EXPECT_EQ(renewed("old", config, 1).family, renewed("older", sample(), 1).family) << "seeds of one configuration stay together";
}

TEST(FormerIdentity, IsWhatTheRunsOfThoseDaysWereKnownBy) {
  // A flow that a program of version 3 stored.
  const auto config = json::parse(
      R"({"flow":{"end_time":0.05,"l2":0.0,"name":"specgf","output_every":5,"smoothing":0.1,"time_step":0.01},"precision":"float64",)"
      R"("problem":{"columns":3,"rank":2,"rows":4,"singular_values":[2.0,1.0],"start":"zero","start_scale":0.001},"seed":0})");
  EXPECT_EQ(former_identity(config, 3), "bb42ca5b2f50bf12ea82321437c9b36e859556d271444b41632d93723281ec94");
}

}  // namespace
}  // namespace steepest::run
