// growing_grid_test.cpp: a study that goes on where its best rate lies at the edge: to its end, killed on the way, and elsewhere.
#include <nlohmann/json.hpp>

#include "e2e/training.h"

namespace steepest::e2e {
namespace {

/// At four steps the tiny network's best rate is near 1: the grid from 0.001 has some way to go.
constexpr const char* kStudy =
    "title: growing\n"
    "overrides: [data=synthetic, data.characters=20000, model.width=16, model.heads=2, training.batch=4, training.context=16,\n"
    "            training.steps=4]\n"
    "sweep: {optimizer: lora_muon, model.rank: 4, optimizer.learning_rate: {from: 0.001, to: 0.01, points: 2, grow: true, highest: "
    "LIMIT}}\n"
    "seeds: 2\n"
    "report: {kind: best_rate, baseline: 4METRIC}\n";
constexpr const char* kRuns = "SELECT group_concat(identity || parameter_hash, ' ') FROM (SELECT * FROM run ORDER BY identity)";

class GrowingGrid : public Training {
 protected:
  GrowingGrid() { std::filesystem::copy(STEEPEST_SOURCE_DIR "/experiments", experiments(), std::filesystem::copy_options::recursive); }

  std::filesystem::path experiments() const { return folder_ / "experiments"; }
  void write(const std::string& limit, const std::string& metric = "") const {
    std::string text = kStudy;
    text.replace(text.find("LIMIT"), 5, limit);
    text.replace(text.find("METRIC"), 6, metric);
    std::ofstream(experiments() / "study" / "growing.yaml") << text;
  }
  Words own(Words words, const std::string& name = "s.db") const {
    words.insert(words.end(), {"--database", database(name).string(), "--experiments", experiments().string()});
    return words;
  }
  sweep::Answer ask(const Words& words, const std::string& name = "s.db") const {
    return sweep::ask_program(program(), own(words, name), std::chrono::seconds(300));
  }
};

TEST_F(GrowingGrid, EndsWithTheBestRateBetweenNeighboursAndIsNotRunTwice) {
  write("10");
  const auto plan = ask({"plan", "growing"});
  EXPECT_THAT(plan.output, HasSubstr("4 runs, 4 new"));
  EXPECT_THAT(plan.output, HasSubstr("its grid may grow: optimizer.learning_rate from 0.0001 to 10"));
  EXPECT_EQ(ask({"run", "growing", "--dry-run"}).output, plan.output);
  const auto first = ask({"run", "growing", "--jobs", "2"});
  ASSERT_EQ(first.state.status, 0) << first.errors;
  EXPECT_THAT(first.errors, HasSubstr("goes on with 2 runs: model.rank=4 optimizer=lora_muon optimizer.learning_rate=0.1"));
  EXPECT_THAT(first.errors, HasSubstr("10 of 10 runs completed"));
  const auto row = nlohmann::json::parse(ask({"report", "growing", "--format", "json"}).output).at("rows").at(0);
  EXPECT_EQ(row.at("learning_rate"), 1.0);
  EXPECT_EQ(row.at("rate_at_edge"), false);
  EXPECT_GT(row.at("optimum"), 0.1);
  EXPECT_EQ(value("SELECT count(*) FROM statistic"), "5") << "one a cell";

  const auto second = ask({"run", "growing"});
  EXPECT_EQ(second.state.status, 0);
  EXPECT_THAT(second.errors, HasSubstr("nothing left to run"));
  EXPECT_THAT(second.errors, Not(HasSubstr("does not ask for"))) << "what it grew by belongs to it";
  EXPECT_THAT(ask({"run", "growing", "--prune"}).errors, Not(HasSubstr("taken out")));
  EXPECT_EQ(value("SELECT max(attempts) FROM run"), "1");
  const auto after = ask({"plan", "growing"}).output;
  EXPECT_THAT(after, HasSubstr("10 completed; nothing left to run"));
  EXPECT_THAT(after, Not(HasSubstr("may grow")));
  EXPECT_THAT(ask({"watch", "growing"}).output, HasSubstr("5/5 cells"));

  ASSERT_EQ(ask({"export", "growing", "--output", (folder_ / "runs.jsonl").string()}).state.status, 0);
  ASSERT_EQ(ask({"import", (folder_ / "runs.jsonl").string()}, "other.db").state.status, 0);
  EXPECT_EQ(nlohmann::json::parse(ask({"status", "--format", "json"}, "other.db").output).at(0).at("completed"), 10);
  EXPECT_THAT(ask({"run", "growing"}, "other.db").errors, HasSubstr("nothing left to run")) << "complete as it is";
}

TEST_F(GrowingGrid, SaysInOneLineThatItCameToItsLimit) {
  write("0.1");
  const auto run = ask({"run", "growing"});
  EXPECT_EQ(run.state.status, 0) << run.errors;
  EXPECT_THAT(run.errors, HasSubstr("the last one that the limits of its grid allow: 0.1 (model.rank=4 optimizer=lora_muon)\n"));
  EXPECT_THAT(ask({"report", "growing"}).output, HasSubstr("0.1 (edge)"));
}

TEST_F(GrowingGrid, KilledOnItsWayItGoesOnToTheSameRuns) {
  write("10");
  ASSERT_EQ(ask({"run", "growing", "--jobs", "2"}, "undisturbed.db").state.status, 0);
  const auto count = [&](const std::string& where) {
    try {
      return std::filesystem::exists(database()) ? std::stoi(value("SELECT count(*) FROM run " + where)) : 0;
    } catch (const std::exception&) { return 0; }  // the file is being made
  };
  // During the first round, between two rounds or just after, and during a later one.
  for (const int so_many : {1, 4, 6, 9}) {
    ChildProcess call(program(), own({"run", "growing", "--jobs", "2"}), Words{}, folder_ / "call.log");
    while (!call.poll() && count("WHERE status = 'completed'") < so_many) std::this_thread::sleep_for(std::chrono::milliseconds(2));
    call.send(SIGKILL);
    ended(call);
    wait_until_no_worker();
  }
  const auto last = ask({"run", "growing", "--jobs", "2"});
  EXPECT_EQ(last.state.status, 0) << last.errors;
  EXPECT_EQ(value(kRuns), value(kRuns, "undisturbed.db"));
  EXPECT_EQ(value("SELECT count(*) FROM study_run"), "10");
}

TEST_F(GrowingGrid, AMetricThatNoRunHasIsToldWithTheNearest) {
  write("10", ", metric: validation_los");
  const auto run = ask({"run", "growing"});
  EXPECT_EQ(run.state.status, 2) << run.errors;
  EXPECT_THAT(run.errors, HasSubstr("did you mean \"validation_loss\""));
}

TEST_F(GrowingGrid, AMistakeInItsRangeIsToldWithItsPlace) {
  write("10");
  const auto path = experiments() / "study" / "growing.yaml";
  std::ofstream(path) << "sweep:\n  optimizer.learning_rate: {from: 0.001, to: 0.01, grwo: true}\nreport: {kind: best_rate}\n";
  const auto run = ask({"run", "growing"});
  EXPECT_EQ(run.state.status, 2);
  EXPECT_THAT(run.errors, HasSubstr("growing.yaml:2:"));
  EXPECT_THAT(run.errors, HasSubstr("sweep.optimizer.learning_rate.grwo: unknown key"));
  EXPECT_THAT(run.errors, HasSubstr("did you mean \"grow\"?"));
  EXPECT_FALSE(std::filesystem::exists(database()));
}

}  // namespace
}  // namespace steepest::e2e
