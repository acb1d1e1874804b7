// load_test.cpp: what is loaded is what a naive query finds, over random studies; and what a run counts as.
#include <cmath>
#include <map>
#include <random>

#include "results/provenance.h"
#include "results/made_study.h"

namespace steepest::results {
namespace {

using store::RunStatus;

class Loaded : public MadeStudy {
 protected:
  void make_random(std::mt19937_64& engine) {
    const auto pick = [&](int count) { return static_cast<int>(engine() % static_cast<std::uint64_t>(count)); };
    const RunStatus statuses[] = {RunStatus::completed, RunStatus::completed, RunStatus::diverged, RunStatus::failed, RunStatus::queued};
    for (int i = 0; i < 40; ++i) {
      std::vector<store::MetricRow> rows;
      for (const char* name : {"validation_loss", "train_loss"}) {
        for (int step = 1; step <= pick(4); ++step) rows.push_back({name, 10 * step, pick(9) == 0 ? std::nan("") : 0.125 * pick(100)});
      }
      add({{"x", {{"y", pick(3)}}}}, {{"a", pick(3)}, {"b", 0.5 * pick(2)}}, next_seed_++, statuses[pick(5)], rows);
    }
  }
  /// One value by the metric's whole curve; NaN for NULL.
  double naive(const std::string& expression, std::int64_t run, const std::string& metric, const std::string& more = "") const {
    const auto answer = database_.reader.query("SELECT " + expression + " FROM metric WHERE run_id = " + std::to_string(run) +
                                               " AND name = '" + metric + "'" + more);
    const std::string& text = answer.rows.at(0).at(0);
    return text.empty() ? std::nan("") : std::stod(text);
  }

 private:
  std::int64_t next_seed_ = 0;
};

bool same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

TEST_F(Loaded, IsWhatANaiveQueryFinds) {
  std::mt19937_64 engine(3);
  for (int trial = 0; trial < 3; ++trial) {
    make_random(engine);
    const auto study = load({.curves = {"train_*"}});
    const auto runs = database_.reader.runs(study_, "quick");
    std::map<std::int64_t, const results::Run*> found;
    for (const auto& cell : study.cells) {
      EXPECT_EQ(study.find(cell.text), &cell);
      EXPECT_EQ(cell.keys.dump(), cell.text);
      for (const auto& run : cell.runs) {
        found[run.id] = &run;
        EXPECT_TRUE(&run == &cell.runs.front() || (&run - 1)->seed < run.seed);
      }
    }
    ASSERT_EQ(found.size(), runs.size());
    for (const auto& stored : runs) {
      const results::Run& run = *found.at(stored.id);
      const auto* cell = study.find(stored.cell.dump());
      ASSERT_NE(cell, nullptr);
      EXPECT_TRUE(&run >= cell->runs.data() && &run < cell->runs.data() + cell->runs.size()) << "in its own cell";
      EXPECT_EQ(run.seed, stored.seed);
      EXPECT_EQ(run.status, stored.status);
      EXPECT_EQ(run.identity, stored.identity);
      EXPECT_EQ(run.config, database_.reader.run_config(run.id));
      const auto names = database_.reader.query("SELECT DISTINCT name FROM metric WHERE run_id = " + std::to_string(run.id));
      EXPECT_EQ(run.values.size(), names.rows.size());
      for (const auto& [name, value] : run.values) {
        EXPECT_TRUE(same(value.last, naive("value", run.id, name, " ORDER BY step DESC LIMIT 1"))) << name;
        EXPECT_TRUE(same(value.lowest, naive("min(value)", run.id, name))) << name;
      }
      EXPECT_EQ(run.curves.count("validation_loss"), 0u) << "it was not asked for";
      if (run.values.count("train_loss") == 0) continue;
      const Curve& curve = run.curves.at("train_loss");
      const auto rows = database_.reader.metrics(run.id, "train_loss");
      ASSERT_EQ(curve.steps.size(), rows.size());
      for (std::size_t i = 0; i < rows.size(); ++i) EXPECT_TRUE(curve.steps[i] == rows[i].step && same(curve.values[i], rows[i].value));
    }
  }
}

TEST_F(Loaded, HowOftenRunsAreLookedAtIsNotInWhatReadersTellCellsBy) {
  add(nlohmann::json::object(), {{"a", 1}, {"flow.output_every", 5}, {"training.evaluate_every", 2}}, 0, RunStatus::completed, {});
  const auto study = load();
  EXPECT_EQ(study.cells.at(0).keys, nlohmann::json({{"a", 1}}));
  EXPECT_EQ(study.find(study.cells[0].text), &study.cells[0]);
  EXPECT_EQ(nlohmann::json::parse(study.cells[0].text).size(), 3u);
}

TEST_F(Loaded, OneCellIsThatOfTheWhole) {
  std::mt19937_64 engine(4);
  make_random(engine);
  const auto whole = load();
  for (const auto& cell : whole.cells) {
    const auto alone = load({.cell = cell.text, .configurations = false});
    ASSERT_EQ(alone.cells.size(), 1u);
    ASSERT_EQ(alone.cells[0].runs.size(), cell.runs.size());
    EXPECT_TRUE(alone.cells[0].runs[0].config.is_null()) << "configurations were not asked for";
    EXPECT_EQ(outcomes(alone.cells[0], "validation_loss"), outcomes(cell, "validation_loss"));
  }
}

TEST_F(Loaded, WhatARunCountsAs) {
  const std::vector<store::MetricRow> good{{"loss", 1, 3.0}, {"loss", 2, 2.0}};
  add({}, {{"x", 1}}, 0, RunStatus::completed, good);
  add({}, {{"x", 1}}, 1, RunStatus::completed, {{"loss", 1, 2.0}, {"loss", 2, std::nan("")}});
  add({}, {{"x", 1}}, 2, RunStatus::diverged, good);
  add({}, {{"x", 1}}, 3, RunStatus::failed, good);
  add({}, {{"x", 1}}, 4, RunStatus::completed, {{"other", 1, 2.0}});
  add({}, {{"x", 1}}, 5, RunStatus::queued, {});
  const auto study = load();
  const Cell& cell = study.cells.at(0);
  EXPECT_EQ(outcomes(cell, "loss"), (stats::SeedValues{{0, 2.0}, {1, INFINITY}, {2, INFINITY}}));
  EXPECT_EQ(finite_outcomes(cell, "loss"), (stats::SeedValues{{0, 2.0}}));
  const auto count = counts(cell, "loss");
  EXPECT_EQ(std::tuple(count.runs, count.completed, count.diverged, count.failed, count.unfinished), std::tuple(6, 2, 2, 1, 1));
  EXPECT_EQ(study.metrics(), (std::vector<std::string>{"loss", "other"}));
}

TEST_F(Loaded, FactsAreOfAllRuns) {
  const nlohmann::json config{{"data", {{"name", "synthetic"}}}, {"training", {{"steps", 8}, {"batch", 4}, {"context", 16}}}};
  add(config, {{"x", 1}}, 0, RunStatus::completed, {});
  add(config, {{"x", 2}}, 1, RunStatus::diverged, {});
  const auto id = add(config, {{"x", 2}}, 2, RunStatus::queued, {});
  database_.recorder.set_environment(id, {{"dirty", true}});
  const auto found = provenance(load());
  EXPECT_EQ(found.seeds, (std::set<std::int64_t>{0, 1}));
  EXPECT_EQ(found.tokens, (std::set<double>{512}));
  EXPECT_TRUE(found.synthetic && found.dirty);
  EXPECT_EQ(std::tuple(found.runs.completed, found.runs.diverged, found.runs.unfinished), std::tuple(1, 1, 1));
}

TEST_F(Loaded, FactsCountRunsThatWereTrainedAsOneWithOthers) {
  add({}, {{"x", 1}}, 0, RunStatus::completed, {});
  add({}, {{"x", 1}}, 1, RunStatus::queued, {});
  const auto claimed = store::testing::claim(database_, study_, "quick", "test", 60);
  ASSERT_TRUE(database_.recorder.set_stacked(claimed->id, "test", 3));
  const auto found = provenance(load());
  EXPECT_EQ(std::tuple(found.stacked, found.runs.runs), std::tuple(1u, 2u));
}

}  // namespace
}  // namespace steepest::results
