// growth_test.cpp: where a growing grid ends, for losses whose course is known.
#include "sweep/growth.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "sweep/planner.h"
#include "sweep/support.h"

namespace steepest::sweep {
namespace {

constexpr double kDiverged = std::numeric_limits<double>::infinity();
using Loss = std::function<double(const std::string& row, double rate, std::int64_t seed)>;

/// Rows over the rates 10^(k/2): asked for at k = 0, 1, 2, and beyond down to and up to the limits.
study::Study growing(const std::vector<std::string>& rows, int lowest = -6, int highest = 8, int seeds = 2) {
  study::Study study{"grown", "", "quick", {}, {}};
  study.growth = study::Growth{"rate", "validation_loss", {}};
  for (const auto& row : rows) {
    for (int k = lowest; k <= highest; ++k) {
      for (int seed = 0; seed < seeds; ++seed) {
        study::PlannedRun run;
        run.cell = {{"row", row}, {"rate", std::pow(10, k / 2.0)}};
        run.seed = seed;
        run.identity = row + " " + std::to_string(k) + " " + std::to_string(seed);
        run.family = row + std::to_string(k);
        run.config = {{"x", run.identity}, {"seed", seed}, {"training", {{"steps", 10}}}};
        run.flops = 1e9;
        run.numerics = {{"data", 1}};
        run.observations = {{"training.log_every", 8}};
        run.work = {run.family, 1e8, 10, {}};
        (k >= 0 && k <= 2 ? study.runs : study.growth->beyond).push_back(run);
      }
    }
  }
  return study;
}

/// What `steepest run` does: asks for what has come in addition, makes it, and asks again.
class Rounds {
 public:
  Rounds(study::Study study, Loss loss) : study_(std::move(study)), loss_(std::move(loss)) {}

  Grown run() {
    for (;;) {
      const auto now = grown(study_, [&](const std::string& identity) -> std::optional<double> {
        const auto place = made.find(identity);
        return place == made.end() ? std::nullopt : std::optional(place->second);
      });
      bool fresh = false;
      for (const auto& run : now.runs) {
        if (made.count(run.identity) > 0) continue;
        made[run.identity] = loss_(run.cell.at("row"), run.cell.at("rate"), run.seed);
        fresh = true;
      }
      if (!fresh) return now;
      ++rounds;
    }
  }

  std::map<std::string, double> made;
  int rounds = 0;

 private:
  study::Study study_;
  Loss loss_;
};

/// Of one row the mean losses by rate.
std::map<double, double> means(const Grown& grown, const std::string& row, const Rounds& rounds) {
  std::map<double, std::pair<double, int>> sums;
  for (const auto& run : grown.runs) {
    if (run.cell.at("row") != row) continue;
    auto& [sum, count] = sums[run.cell.at("rate").get<double>()];
    sum += rounds.made.at(run.identity), ++count;
  }
  std::map<double, double> result;
  for (const auto& [rate, sum] : sums) result[rate] = sum.first / sum.second;
  return result;
}

Loss valley(double optimum) {
  return [optimum](const std::string&, double rate, std::int64_t seed) {
    return std::pow(std::log10(rate / optimum), 2) + 0.01 * static_cast<double>(seed);
  };
}

TEST(Growth, EndsWithTheMinimumBetweenNeighboursWhereverItLies) {
  for (double exponent = -2.4; exponent < 3.4; exponent += 0.17) {
    const double optimum = std::pow(10, exponent);
    Rounds rounds(growing({"a"}), valley(optimum));
    const auto end = rounds.run();
    EXPECT_TRUE(end.limits.empty()) << optimum;
    EXPECT_TRUE(end.judged);
    const auto losses = means(end, "a", rounds);
    const auto best = std::min_element(losses.begin(), losses.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
    ASSERT_NE(best, losses.begin()) << optimum;
    ASSERT_NE(std::next(best), losses.end()) << optimum;
    EXPECT_LE(std::prev(best)->first, optimum);
    EXPECT_GE(std::next(best)->first, optimum);
    for (auto rate = std::next(losses.begin()); rate != losses.end(); ++rate)
      EXPECT_NEAR(rate->first / std::prev(rate)->first, std::sqrt(10), 1e-9) << "in equal ratios, none left out";
    std::set<std::string> identities;
    for (const auto& run : end.runs) EXPECT_TRUE(identities.insert(run.identity).second) << "asked for twice: " << run.identity;
  }
}

TEST(Growth, GoesNoFurtherThanItMust) {
  Rounds inside(growing({"a"}), valley(std::sqrt(10)));
  EXPECT_EQ(inside.run().runs.size(), 6u);
  EXPECT_EQ(inside.rounds, 1);
  Rounds above(growing({"a"}), valley(10));
  EXPECT_EQ(above.run().runs.size(), 8u) << "one neighbour more";
  EXPECT_EQ(above.rounds, 2);
}

TEST(Growth, AFunctionThatFallsWithoutEndEndsAtTheLimit) {
  for (const int way : {-1, 1}) {
    Rounds rounds(growing({"a"}), [way](const std::string&, double rate, std::int64_t) { return -way * std::log10(rate); });
    const auto end = rounds.run();
    ASSERT_EQ(end.limits.size(), 1u);
    EXPECT_EQ(end.limits[0].row, (nlohmann::json{{"row", "a"}}));
    EXPECT_NEAR(end.limits[0].rate, way < 0 ? 1e-3 : 1e4, 1e-9);
    EXPECT_EQ(end.runs.size(), 18u) << "from 0 … 2 to one end, two seeds each";
  }
}

TEST(Growth, OnlyTheRowsThatNeedItGrow) {
  Rounds rounds(growing({"low", "inside", "high"}), [](const std::string& row, double rate, std::int64_t seed) {
    return valley(row == "low" ? 0.03 : row == "high" ? 300 : 3)(row, rate, seed);
  });
  const auto end = rounds.run();
  EXPECT_EQ(means(end, "inside", rounds).size(), 3u);
  EXPECT_LT(means(end, "low", rounds).begin()->first, 0.03);
  EXPECT_EQ(means(end, "low", rounds).rbegin()->first, 10);
  EXPECT_GT(means(end, "high", rounds).rbegin()->first, 300);
  EXPECT_EQ(means(end, "high", rounds).begin()->first, 1);
}

TEST(Growth, DivergedIsWorseThanAnyLoss) {
  const Loss cliff = [](const std::string& row, double rate, std::int64_t seed) {
    return rate > 1.5 && seed == 1 ? kDiverged : valley(100)(row, rate, seed);  // one seed suffices
  };
  Rounds rounds(growing({"a"}), cliff);
  const auto losses = means(rounds.run(), "a", rounds);
  EXPECT_LT(losses.begin()->first, 1) << "1 is best, and needs a neighbour below";
  EXPECT_EQ(losses.rbegin()->first, 10) << "its neighbour above diverged, which is one";

  Rounds nothing(growing({"a"}),
                 [](const std::string&, double rate, std::int64_t) { return rate > 0.2 ? kDiverged : std::log10(rate) + 9; });
  EXPECT_NEAR(means(nothing.run(), "a", nothing).begin()->first, 1e-3, 1e-12) << "down from where all diverged";
}

TEST(Growth, TheSameRunsComeOutHoweverOftenAndFromWhereverItGoesOn) {
  Rounds whole(growing({"a", "b"}), valley(2000));
  const auto end = whole.run();
  for (std::size_t stop = 0; stop < whole.made.size(); stop += 3) {
    Rounds stopped(growing({"a", "b"}), valley(2000));
    for (auto made = whole.made.begin(); made != std::next(whole.made.begin(), static_cast<std::ptrdiff_t>(stop)); ++made)
      stopped.made.insert(*made);  // any part of the runs, as workers would have left it
    const auto again = stopped.run();
    ASSERT_EQ(again.runs.size(), end.runs.size());
    for (std::size_t i = 0; i < end.runs.size(); ++i) EXPECT_EQ(again.runs[i].identity, end.runs[i].identity);
  }
}

TEST(Growth, WaitsForEveryResultOfARow) {
  const auto study = growing({"a"});
  const auto now = grown(study, [&](const std::string& identity) -> std::optional<double> {
    return identity == "a 1 1" ? std::nullopt : std::optional(-1.0);
  });
  EXPECT_EQ(now.runs.size(), 6u);
  EXPECT_FALSE(now.judged);
}

TEST(Growth, AStudyWithoutAGrowingGridStaysAsItIs) {
  const auto study = study_over({1, 2}, 2);
  const auto now = grown(study, std::optional<store::Reader>{});
  EXPECT_EQ(now.runs.size(), 4u);
  EXPECT_TRUE(now.limits.empty());
}

TEST(Growth, ReadsWhatIsStoredInWhicheverStudyItWasMade) {
  const Folder folder;
  store::testing::WholeFile database(folder / "s.db");
  const auto study = growing({"a"});
  EXPECT_FALSE(grown(study, database.reader).judged);
  const auto other = plan(database, [&] {
    auto named = study;
    named.name = "other";
    return named;
  }());
  double loss = 9;
  for (int run = 0; run < 4; ++run) ASSERT_TRUE(end_next(database, other.study, store::RunStatus::completed, loss -= 1));
  for (int run = 0; run < 2; ++run) ASSERT_TRUE(end_next(database, other.study, store::RunStatus::diverged, 0.1));
  const auto now = grown(study, database.reader);
  EXPECT_TRUE(now.judged);
  EXPECT_EQ(now.runs.size(), 6u) << "0 and 1 completed, 1 with the lower losses; 2 diverged and counts as a neighbour";
}

}  // namespace
}  // namespace steepest::sweep
