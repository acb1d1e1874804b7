// batches_test.cpp: training batches depend on seed and step alone; validation predicts every character once.
#include "data/batches.h"

#include <gtest/gtest.h>

namespace steepest::data {
namespace {

Corpus counting_corpus(std::size_t length, std::size_t validation_start) {
  std::string alphabet;
  for (int i = 0; i < 250; ++i) alphabet.push_back(static_cast<char>(i));
  Corpus corpus{CharacterTokenizer(alphabet), {}, 0};
  for (std::size_t i = 0; i < length; ++i) corpus.tokens.push_back(static_cast<std::int32_t>(i % 250));
  corpus.validation_start = validation_start;
  return corpus;
}

TEST(Batches, TargetsAreTheInputsOneFurtherOn) {
  const Batches batches(counting_corpus(5000, 4000), 3, 8, 16, at::kCPU);
  for (const Batch& batch : {batches.training(0), batches.training(17)}) {
    EXPECT_EQ(batch.input.sizes(), (at::IntArrayRef{8, 16}));
    EXPECT_TRUE(at::equal((batch.input + 1).remainder(250), batch.target));
  }
}

TEST(Batches, SeedAndStepDecide) {
  const Corpus corpus = counting_corpus(5000, 4000);
  const Batches one(corpus, 3, 8, 16, at::kCPU), same(corpus, 3, 8, 16, at::kCPU), other(corpus, 4, 8, 16, at::kCPU);
  same.training(99);  // what was drawn before does not matter
  EXPECT_TRUE(at::equal(one.training(5).input, same.training(5).input));
  EXPECT_FALSE(at::equal(one.training(5).input, one.training(6).input));
  EXPECT_FALSE(at::equal(one.training(5).input, other.training(5).input));
}

TEST(Batches, ValidationPredictsEveryCharacterButTheFirstExactlyOnceInOrder) {
  for (const std::int64_t context : {1, 7, 16, 99}) {
    const Batches batches(counting_corpus(1200, 1000), 0, 4, context, at::kCPU);
    std::vector<at::Tensor> targets;
    for (const Batch& batch : batches.validation()) {
      EXPECT_TRUE(at::equal((batch.input + 1).remainder(250), batch.target));
      targets.push_back(batch.target.flatten());
    }
    EXPECT_TRUE(at::equal(at::cat(targets), (at::arange(1, 200, at::kInt) + 1000).remainder(250))) << "context " << context;
  }
}

}  // namespace
}  // namespace steepest::data
