// paired_shift_test.cpp: shifts of a small study whose numbers are known.
#include "options/error.h"
#include "report/stored_study.h"

namespace steepest::report {
namespace {

using nlohmann::json;
using store::RunStatus;
using testing::HasSubstr;
using testing::Not;

class PairedShift : public StoredStudy {
 protected:
  void run(const std::string& method, double scale, std::int64_t seed, double loss, RunStatus status = RunStatus::completed) {
    const json config = {{"data", {{"name", corpus_}, {"sha256", "0123456789abcdef"}}}};
    add(config, {{"optimizer", method}, {"model.init.factor_scale", scale}}, seed, status, {{"validation_loss", 256, loss}});
  }
  json section(const json& more = json::object()) const {
    json all = {{"kind", "paired_shift"}, {"row", "optimizer"}, {"shift", "model.init.factor_scale"}, {"baseline", 1}};
    all.update(more);
    return all;
  }
  std::string corpus_ = "tinyshakespeare";
};

const json kReference = {
    {"reference",
     {{"source", "a paper"},
      {"values", {{{"optimizer", "spectron"}, {"model.init.factor_scale", 9.0}, {"shift", 0.02}, {"low", 0.016}, {"high", 0.025}}}}}}};

TEST_F(PairedShift, SubtractsAtEqualSeeds) {
  const std::vector<double> start = {1.0, 2.0, 3.0}, there = {1.1, 2.1, 3.4};
  for (int seed = 0; seed < 3; ++seed) {
    run("spectron", 1, seed, start[seed]);
    run("spectron", 9, seed, there[seed]);
    run("spectron", 27, seed, start[seed]);
  }
  run("spectron", 9, 3, 100.0);  // no partner at the baseline
  const json found = rows(report(section()));
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].at("model.init.factor_scale"), 9.0);
  EXPECT_NEAR(found[0].at("shift").get<double>(), 0.2, 1e-12);
  EXPECT_NEAR(found[0].at("standard_error").get<double>(), 0.1, 1e-12);  // of 0.1, 0.1, 0.4
  EXPECT_NEAR(found[0].at("low").get<double>(), 0.1, 1e-12);
  EXPECT_NEAR(found[0].at("high").get<double>(), 0.4, 1e-12);
  EXPECT_EQ(found[0].at("seeds"), 3);
  EXPECT_NEAR(found[1].at("shift").get<double>(), 0.0, 1e-12);
}

TEST_F(PairedShift, KeepsMethodsApartAndSetsThePaperBesideItsOwn) {
  for (const char* method : {"spectron", "lora_muon"}) {
    run(method, 1, 0, 2.0);
    run(method, 9, 0, std::string(method) == "spectron" ? 2.03 : 2.0);
  }
  const auto result = report(section(kReference));
  const json found = rows(result);
  EXPECT_EQ(found[0].at("optimizer"), "spectron");
  EXPECT_NEAR(found[0].at("shift").get<double>(), 0.03, 1e-12);
  EXPECT_EQ(found[0].at("paper_shift"), 0.02);
  EXPECT_TRUE(found[0].at("standard_error").is_null()) << "one seed has no spread";
  EXPECT_TRUE(found[1].at("paper_shift").is_null());
  EXPECT_THAT(render(result, Format::table, true), HasSubstr("+2.0e-2 [+1.6e-2, +2.5e-2]"));
}

TEST_F(PairedShift, CountsWhatDivergedAndWhatIsMissing) {
  run("spectron", 1, 0, 2.0);
  run("spectron", 9, 0, 0, RunStatus::diverged);
  run("spectron", 1, 1, 0, RunStatus::queued);
  run("spectron", 9, 1, 0, RunStatus::queued);
  const auto result = report(section());
  const json found = rows(result);
  EXPECT_TRUE(found[0].at("shift").is_null());
  EXPECT_EQ(found[0].at("diverged"), 1);
  EXPECT_EQ(found[0].at("missing"), 2);
  EXPECT_THAT(render(result, Format::table, true), HasSubstr("2 of 4 runs are missing"));
}

TEST_F(PairedShift, NeverSetsTheSyntheticCorpusBesideThePaper) {
  corpus_ = "synthetic";
  run("spectron", 1, 0, 2.0);
  run("spectron", 9, 0, 2.0);
  const auto text = render(report(section(kReference)), Format::table, true);
  EXPECT_THAT(text, HasSubstr("SYNTHETIC"));
  EXPECT_THAT(text, Not(HasSubstr("paper: ")));
}

TEST_F(PairedShift, RefusesAKeyThatIsNotSwept) {
  run("spectron", 1, 0, 2.0);
  EXPECT_THROW(report(section({{"shift", "model.width"}})), options::InputError);
  EXPECT_THROW(report({{"kind", "paired_shift"}}), options::InputError);
}

}  // namespace
}  // namespace steepest::report
