// synthetic_test.cpp: the synthetic source has the entropy rate that it states.
#include "data/synthetic.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

namespace steepest::data {
namespace {

/// Entropy of the next character given the two before it, estimated from counts (plug-in, so slightly low).
double conditional_entropy(const std::string& text) {
  std::map<std::string, std::map<char, double>> counts;
  for (std::size_t i = 2; i < text.size(); ++i) counts[text.substr(i - 2, 2)][text[i]] += 1;
  double sum = 0, total = 0;
  for (const auto& [context, next] : counts) {
    double n = 0;
    for (const auto& [c, k] : next) n += k;
    for (const auto& [c, k] : next) sum -= k * std::log(k / n);
    total += n;
  }
  return sum / total;
}

TEST(SyntheticSource, TextHasTheStatedEntropyRate) {
  for (const std::uint64_t seed : {1, 2, 3}) {
    const SyntheticSource source(seed);
    // 729 contexts with 5 free probabilities each: the plug-in estimate is low by about 729*5/(2N).
    const std::int64_t length = 1000000;
    const double bias = 729.0 * 5.0 / (2.0 * static_cast<double>(length));
    EXPECT_NEAR(conditional_entropy(source.generate(length)) + bias, source.entropy_rate(), 0.004) << "seed " << seed;
  }
}

TEST(SyntheticSource, RateLiesBetweenZeroAndThatOfUniformBranches) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const double rate = SyntheticSource(seed).entropy_rate();
    EXPECT_GT(rate, 0.5);
    EXPECT_LT(rate, std::log(static_cast<double>(SyntheticSource::kBranches)));
  }
}

TEST(SyntheticSource, TheSeedAloneDecidesTheTextAndAShorterTextIsItsBeginning) {
  const std::string text = SyntheticSource(7).generate(5000);
  EXPECT_EQ(text, SyntheticSource(7).generate(5000));
  EXPECT_NE(text, SyntheticSource(8).generate(5000));
  EXPECT_EQ(text.substr(0, 100), SyntheticSource(7).generate(100));
  EXPECT_EQ(text.find_first_not_of("abcdefghijklmnopqrstuvwxyz "), std::string::npos);
}

}  // namespace
}  // namespace steepest::data
