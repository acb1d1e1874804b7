// matching_test.cpp: low-rank runs that cost what the dense one does.
#include "run/matching.h"

#include <gtest/gtest.h>

#include <tuple>

#include "run/identity.h"
#include "transformer_of.h"

namespace steepest::run {
namespace {

TrainingRun low_rank(std::int64_t rank, std::int64_t steps = 256) {
  TrainingRun run;
  run.data.vocabulary = 65;
  transformer_of(run).rank = rank;
  run.training.steps = steps;
  run.training.match = Match::flops;
  return run;
}

TrainingRun matched(const TrainingRun& run) {
  AnyRun any = run;
  match_steps(any);
  return std::get<TrainingRun>(any);
}

// By hand, for the network of arXiv 2606.12921: a token takes 6 operations a hidden weight and a number of the head, and 12 T d a layer for attention; what an
// optimizer takes is a step's.
TEST(MatchedSteps, OfTheRanksOfThePaper) {
  const double d = 128, context = 128, tokens = 32 * context;
  const auto step = [&](double hidden, const auto& optimizer, double rank) {
    double update = 0;
    for (const auto& [fan_out, fan_in, count] : {std::tuple{d, d, 4.0}, {4 * d, d, 1.0}, {d, 4 * d, 1.0}})
      update += 2 * count * optimizer.cost({fan_out, fan_in, rank}).flops;
    return tokens * (6 * (2 * hidden + 65 * d) + 2 * 12 * context * d) + update;
  };
  const double dense = step(12 * d * d, optim::MuonOptions{}, 0);
  for (const std::int64_t rank : {32, 16, 8, 4, 2, 1}) {
    const auto r = static_cast<double>(rank);
    const double expected = 256 * dense / step(4 * 2 * d * r + 2 * 5 * d * r, optim::LoraMuonOptions{}, r);
    EXPECT_NEAR(static_cast<double>(matched(low_rank(rank)).training.steps), expected, 0.5001) << "rank " << rank;
  }
}

TEST(MatchedSteps, HaveTheOperationsOfTheDenseRun) {
  for (const std::int64_t rank : {1, 3, 8, 32}) {
    for (const std::int64_t width : {64, 128, 256}) {
      TrainingRun run = low_rank(rank, 1000);
      transformer_of(run).width = width;
      const TrainingRun found = matched(run), dense = dense_counterpart(run);
      EXPECT_NEAR(found.flops() / dense.flops(), 1, 0.5 / 1000) << "rank " << rank << " width " << width;
      EXPECT_GT(found.training.steps, 1000);
    }
  }
}

TEST(MatchedSteps, AreNoOthersForDenseRunsAndForTokens) {
  TrainingRun dense = low_rank(0), tokens = low_rank(8);
  dense.optimizer = optim::MuonOptions{.msign = optim::MsignMethod::svd};
  tokens.training.match = Match::tokens;
  EXPECT_EQ(matched(dense).training.steps, 256);
  EXPECT_EQ(matched(tokens).training.steps, 256);
}

TEST(MatchedSteps, MakeARunThatIsNoOtherThanOneOfSoManySteps) {
  TrainingRun plain = low_rank(8, matched(low_rank(8)).training.steps);
  plain.training.match = Match::tokens;
  EXPECT_EQ(identity(AnyRun(matched(low_rank(8)))), identity(AnyRun(plain)));
  EXPECT_EQ(to_json(AnyRun(matched(low_rank(8)))), to_json(AnyRun(plain)));
}

}  // namespace
}  // namespace steepest::run
