// best_rate_test.cpp: best rates and regrets against brute force over random studies.
#include "results/best_rate.h"

#include <cmath>
#include <limits>
#include <random>

#include "options/error.h"
#include "results/made_study.h"
#include "results/named.h"

namespace steepest::results {
namespace {

using store::RunStatus;

class Rates : public MadeStudy {
 protected:
  using Losses = std::map<std::string, std::map<double, std::map<std::int64_t, double>>>;  // rank, rate, seed; a diverged run is infinite

  Losses make_random(std::uint64_t seed) {
    std::mt19937_64 engine(seed);
    Losses losses;
    for (const char* rank : {"dense", "8", "2"}) {
      for (const double rate : {0.03, 0.1, 0.3, 1.0}) {
        for (int each = 0; each < 3; ++each) {
          const bool diverged = engine() % 12 == 0;
          const double loss = 1 + 0.25 * static_cast<double>(engine() % 5);  // few values, so that rates tie
          losses[rank][rate][each] = diverged ? INFINITY : loss;
          rated(std::string(rank) == "dense" ? nlohmann::json("dense") : nlohmann::json(std::stoi(rank)), rate, each, loss,
                diverged ? RunStatus::diverged : RunStatus::completed);
        }
      }
    }
    return losses;
  }
  static double mean(const std::map<std::int64_t, double>& values) {
    double sum = 0;
    for (const auto& [seed, value] : values) sum += value;
    return sum / static_cast<double>(values.size());
  }
  /// The first rate of the lowest mean; NaN where all diverge.
  static double brute_best(const std::map<double, std::map<std::int64_t, double>>& row) {
    double best = std::nan("");
    for (const auto& [rate, values] : row) {
      if (std::isfinite(mean(values)) && (std::isnan(best) || mean(values) < mean(row.at(best)))) best = rate;
    }
    return best;
  }
};

TEST_F(Rates, EqualBruteForce) {
  for (const std::uint64_t seed : {1, 2, 3, 4}) {
    study_ = database_.planner.put_study("small" + std::to_string(seed), "", nlohmann::json::object());
    const auto losses = make_random(seed);
    std::map<std::string, std::string> view;  // the saved view `best_rate` in SQL is one more
    for (const auto& row :
         database_.reader.query("SELECT row, learning_rate FROM best_rate WHERE study = 'small" + std::to_string(seed) + "'").rows)
      view[row[0]] = row[1];
    const auto study = load();
    const auto found = best_rate(study, {});
    ASSERT_EQ(found.rows.size(), 3u);
    EXPECT_EQ(found.rows[0].row.label, "dense");
    EXPECT_EQ(found.rows[1].row.label, "8");
    for (const auto& row : found.rows) {
      const auto& own = losses.at(row.row.label);
      const double best = brute_best(own), theirs = brute_best(losses.at("dense"));
      ASSERT_EQ(row.best.has_value(), std::isfinite(best));
      const auto& seen = view.at(nlohmann::json{{"model.rank", row.row.value}}.dump());
      EXPECT_TRUE(row.best ? std::stod(seen) == best : seen.empty()) << seen;
      if (!row.best) continue;
      EXPECT_EQ(row.best->rate, best);
      EXPECT_NEAR(row.best->loss.mean, mean(own.at(best)), 1e-12);
      EXPECT_EQ(row.best->loss.n, 3);
      EXPECT_EQ(row.best->at_edge, best == 0.03 || best == 1.0);
      for (const double tied : row.best->tied) EXPECT_EQ(mean(own.at(tied)), mean(own.at(best)));
      ASSERT_TRUE(row.best->interval);
      EXPECT_TRUE(row.best->interval->low <= best && best <= row.best->interval->high);
      EXPECT_EQ(row.best->flat(), row.best->interval->low != row.best->interval->high);
      ASSERT_EQ(row.regret.has_value(), std::isfinite(theirs));
      if (!row.regret) continue;
      EXPECT_EQ(row.regret->baseline_rate, theirs);
      EXPECT_EQ(row.regret->diverged, std::isinf(mean(own.at(theirs))));
      if (row.regret->diverged) continue;
      EXPECT_NEAR(row.regret->regret.mean, mean(own.at(theirs)) - mean(own.at(best)), 1e-12);
      EXPECT_GE(row.regret->regret.mean, -1e-12) << "no rate beats the best at equal seeds";
      if (best == theirs) {
        EXPECT_EQ(row.regret->regret.interval.low, 0);
        EXPECT_EQ(row.regret->regret.interval.high, 0);
      }
    }
  }
}

TEST_F(Rates, ARegretIsTheShiftBetweenTheTwoCells) {
  for (int seed = 0; seed < 3; ++seed) {
    rated("dense", 0.1, seed, 1.0 + seed), rated("dense", 0.3, seed, 2.0 + seed);
    rated(2, 0.1, seed, 3.5 + 0.1 * seed), rated(2, 0.3, seed, 3.0 + 0.2 * seed);
  }
  const auto study = load();
  const auto found = best_rate(study, {});
  const auto& low = found.rows[1];
  const auto expected = shift(study, *low.row.at(0.1)->cell, *low.row.at(0.3)->cell, "validation_loss");
  EXPECT_EQ(low.regret->regret.mean, expected.mean);
  EXPECT_EQ(low.regret->regret.interval.low, expected.interval.low);
  EXPECT_EQ(low.regret->regret.runs, expected.runs);
}

TEST_F(Rates, WithoutACellAtTheBaselinesRateThereIsNoRegret) {
  rated("dense", 0.1, 0, 1.0);
  rated(2, 0.3, 0, 1.0);
  EXPECT_FALSE(best_rate(load(), {}).rows[1].regret);
}

TEST_F(Rates, AreAskedForByNameWithOptions) {
  rated("dense", 0.1, 0, 1.0);
  rated(2, 0.1, 0, 1.5);
  const auto study = load();
  const auto found = statistic("best_rate", {{"baseline", 2}}, study);  // a rank may be a number
  EXPECT_EQ(std::get<BestRates>(found).asked.baseline, "2");
  const auto document = to_json(found);
  EXPECT_EQ(document.at("name"), "best_rate");
  EXPECT_EQ(document.at("rows")[0].at("best").at("loss").at("mean"), 1.5) << "the baseline stands first";
  const auto key_of = [&](const std::string& name, const nlohmann::json& options) {
    try {
      statistic(name, options, study, "claim");
    } catch (const options::InputError& error) { return error.parts().key + "/" + error.parts().nearest; }
    return std::string("none");
  };
  EXPECT_EQ(key_of("best_rates", nlohmann::json::object()), "/best_rate");
  EXPECT_EQ(key_of("best_rate", {{"metrc", "loss"}}), "claim.metrc/metric");
  EXPECT_EQ(key_of("best_rate", {{"row", "model.depth"}}), "claim.row/");
  EXPECT_EQ(key_of("paired_shift", {{"shift", "model.depth"}}), "claim.shift/");
  EXPECT_EQ(key_of("mode_arrival", {{"rate_window", {2.0, 1.0}}}), "claim.rate_window/");
  EXPECT_EQ(key_of("mode_arrival", nlohmann::json::object()), "/") << "these runs are no flows";
}

TEST_F(Rates, EveryNumberNamesItsSeedsAndRuns) {
  make_random(9);
  const auto study = load();
  const nlohmann::json asked[] = {
      {{"name", "best_rate"}},
      {{"name", "cells"}, {"against", {"model.rank=dense"}}},
      {{"name", "paired_shift"}, {"shift", "optimizer.learning_rate"}, {"baseline", 0.1}, {"row", "model.rank"}}};
  int numbers = 0;
  const std::function<void(const nlohmann::ordered_json&)> visit = [&](const nlohmann::ordered_json& node) {
    if (node.is_object() && node.contains("mean")) {
      ++numbers;
      for (const char* key : {"n", "low", "high", "method", "bootstrap_seed", "runs"}) EXPECT_TRUE(node.contains(key)) << node.dump();
      EXPECT_GE(node.at("runs").size(), node.at("n").get<std::size_t>());
      EXPECT_EQ(node.at("mean").is_null(), node.at("n") == 0);
      return;
    }
    if (!node.is_structured()) return;  // a value is its own only element
    for (const auto& child : node) visit(child);
  };
  for (const auto& each : asked) visit(to_json(statistic(each.at("name"), each, study, "options", {"name"})));
  EXPECT_GT(numbers, 50);
}

// Widths 64 and 128, dense and of rank 2, each with a best rate of its own: every row takes over that of rank 2 at width 64.
TEST_F(Rates, AProxyIsARowWhateverItDiffersIn) {
  const auto loss = [](const nlohmann::json& rank, int width, double rate, std::int64_t seed) {
    const double best = rank == "dense" ? (width == 64 ? 0.1 : 0.3) : (width == 64 ? 0.03 : 0.1);
    return 2 + std::abs(std::log(rate / best)) + 0.01 * static_cast<double>(seed) + (rank == "dense" ? 0 : 0.5);
  };
  for (const nlohmann::json& rank : {nlohmann::json("dense"), nlohmann::json(2)}) {
    for (const int width : {64, 128}) {
      for (const double rate : {0.03, 0.1, 0.3}) {
        for (const std::int64_t seed : {0, 1}) {
          add({{"model", {{"rank", rank}, {"width", width}}}, {"optimizer", {{"learning_rate", rate}}}},
              {{"model.rank", rank}, {"model.width", width}, {"optimizer.learning_rate", rate}}, seed, RunStatus::completed,
              {{"validation_loss", 256, loss(rank, width, rate, seed)}});
        }
      }
    }
  }
  const auto study = load();
  const auto found = best_rate(study, {.proxy = {"model.rank=2", "model.width=64"}});
  ASSERT_EQ(found.rows.size(), 4u);
  for (const auto& row : found.rows) {
    ASSERT_TRUE(row.regret);
    EXPECT_EQ(row.regret->baseline_rate, 0.03);
    const int width = row.row.panel.at("model.width").get<int>();
    EXPECT_EQ(row.row.with, "width " + std::to_string(width));
    EXPECT_NEAR(row.regret->regret.mean, std::log(row.best->rate / 0.03), 1e-12);
    EXPECT_NEAR(row.regret->gap.mean, row.row.label == "dense" ? -0.5 : 0, 1e-12);
    EXPECT_DOUBLE_EQ(row.regret->flops_share, 1) << "these runs cost all the same";
  }
  EXPECT_THROW(best_rate(study, {.proxy = {"model.rank=3"}}), options::InputError);
}

// At a smaller scale: one width a row, by which the proxy is named all the same.
TEST_F(Rates, AProxyMayBeNamedByAKeyThatEachRowHasOnce) {
  for (const auto& [rank, width, best] : {std::tuple(nlohmann::json("dense"), 128, 0.1), std::tuple(nlohmann::json(2), 64, 0.3)}) {
    for (const double rate : {0.1, 0.3}) {
      for (const std::int64_t seed : {0, 1}) {
        add({{"model", {{"rank", rank}, {"width", width}}}, {"optimizer", {{"learning_rate", rate}}}},
            {{"model.rank", rank}, {"model.width", width}, {"optimizer.learning_rate", rate}}, seed, RunStatus::completed,
            {{"validation_loss", 256, rate == best ? 2.0 : 2.25}});
      }
    }
  }
  const auto study = load();
  const auto found = best_rate(study, {.proxy = {"model.rank=2", "model.width=64"}});
  ASSERT_EQ(found.rows.size(), 2u);
  ASSERT_TRUE(found.rows[0].regret);
  EXPECT_EQ(found.rows[0].row.label, "dense");
  EXPECT_EQ(found.rows[0].regret->baseline_rate, 0.3);
  EXPECT_DOUBLE_EQ(found.rows[0].regret->regret.mean, 0.25);
  EXPECT_THROW(best_rate(study, {.proxy = {"model.rank=2", "model.width=32"}}), options::InputError);
}

}  // namespace
}  // namespace steepest::results
