// matching_test.cpp: low-rank runs that cost what the dense one does.
#include "run/matching.h"

#include <gtest/gtest.h>

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

// Computed by hand for the network of arXiv 2606.12921, beside 256 dense steps: what its ranks have to take.
TEST(MatchedSteps, OfTheRanksOfThePaper) {
  for (const auto& [rank, steps] : std::map<std::int64_t, std::int64_t>{{32, 590}, {16, 968}, {8, 1426}, {4, 1868}, {2, 2210}, {1, 2433}})
    EXPECT_EQ(matched(low_rank(rank)).training.steps, steps) << "rank " << rank;
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
  TrainingRun plain = low_rank(8, 1426);
  plain.training.match = Match::tokens;
  EXPECT_EQ(identity(AnyRun(matched(low_rank(8)))), identity(AnyRun(plain)));
  EXPECT_EQ(to_json(AnyRun(matched(low_rank(8)))), to_json(AnyRun(plain)));
}

}  // namespace
}  // namespace steepest::run
