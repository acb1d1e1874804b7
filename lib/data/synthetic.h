// synthetic.h: a seeded text source of our own whose entropy rate is known exactly, for machines without the corpus.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "data/data_options.h"

namespace steepest::data {

/// A stationary Markov source of order 2 over the 27 characters `a`-`z` and space: after each pair of characters only
/// `kBranches` characters can follow, with probabilities drawn once from the source's seed. The same seed gives the same
/// source and the same text on every platform.
class SyntheticSource {
 public:
  static constexpr int kAlphabet = static_cast<int>(kSyntheticVocabulary);
  static constexpr int kBranches = 6;
  explicit SyntheticSource(std::uint64_t seed);
  /// Its characters in rising order.
  static std::string alphabet() { return " abcdefghijklmnopqrstuvwxyz"; }
  /// Text of `length` characters, starting in the stationary distribution.
  std::string generate(std::int64_t length) const;
  /// Entropy rate, sum over states of stationary probability times entropy of the next character. Unit: nats a character.
  /// No model's expected loss on unseen text can be lower.
  double entropy_rate() const;

 private:
  struct State {
    int next[kBranches];
    double probability[kBranches];
  };
  std::vector<double> stationary() const;
  std::uint64_t seed_;
  std::vector<State> states_;  // kAlphabet * kAlphabet, index 27*first + second
};

}  // namespace steepest::data
