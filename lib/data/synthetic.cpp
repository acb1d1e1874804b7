// synthetic.cpp: see synthetic.h.
#include "data/synthetic.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "random/streams.h"

namespace steepest::data {
namespace {

constexpr int kStates = SyntheticSource::kAlphabet * SyntheticSource::kAlphabet;
constexpr char character(int symbol) { return symbol == 26 ? ' ' : static_cast<char>('a' + symbol); }
// The pair (first, second) is followed by (second, next).
constexpr int successor(int state, int next) { return (state % SyntheticSource::kAlphabet) * SyntheticSource::kAlphabet + next; }

}  // namespace

SyntheticSource::SyntheticSource(std::uint64_t seed) : seed_(seed), states_(kStates) {
  for (int s = 0; s < kStates; ++s) {
    random::Stream stream(random::stream_seed(seed, "synthetic", static_cast<std::uint64_t>(s)));
    std::vector<int> symbols(kAlphabet);
    std::iota(symbols.begin(), symbols.end(), 0);
    double total = 0;
    for (int b = 0; b < kBranches; ++b) {
      const auto pick = static_cast<std::size_t>(b) + stream.below(static_cast<std::uint64_t>(kAlphabet - b));
      std::swap(symbols[static_cast<std::size_t>(b)], symbols[pick]);
      states_[static_cast<std::size_t>(s)].next[b] = symbols[static_cast<std::size_t>(b)];
      // Exponential weights: a uniform draw from the simplex.
      const double weight = -std::log1p(-stream.uniform()) + 1e-3;
      states_[static_cast<std::size_t>(s)].probability[b] = weight;
      total += weight;
    }
    for (double& p : states_[static_cast<std::size_t>(s)].probability) p /= total;
  }
}

std::vector<double> SyntheticSource::stationary() const {
  std::vector<double> now(kStates, 1.0 / kStates), next(kStates);
  for (int step = 0; step < 10000; ++step) {
    std::fill(next.begin(), next.end(), 0.0);
    for (int s = 0; s < kStates; ++s)
      for (int b = 0; b < kBranches; ++b) {
        const State& state = states_[static_cast<std::size_t>(s)];
        next[static_cast<std::size_t>(successor(s, state.next[b]))] += now[static_cast<std::size_t>(s)] * state.probability[b];
      }
    double change = 0;
    for (std::size_t s = 0; s < next.size(); ++s) change += std::abs(next[s] - now[s]);
    now.swap(next);
    if (change < 1e-14) break;
  }
  return now;
}

double SyntheticSource::entropy_rate() const {
  const std::vector<double> weight = stationary();
  double rate = 0;
  for (std::size_t s = 0; s < states_.size(); ++s)
    for (const double p : states_[s].probability) rate -= weight[s] * p * std::log(p);
  return rate;
}

std::string SyntheticSource::generate(std::int64_t length) const {
  random::Stream stream(random::stream_seed(seed_, "synthetic-text"));
  const auto draw = [&stream](const double* probability, int count) {
    double left = stream.uniform();
    int index = 0;
    while (index + 1 < count && left >= probability[index]) left -= probability[index++];
    return index;
  };
  const std::vector<double> start = stationary();
  int state = draw(start.data(), kStates);
  std::string text;
  text.reserve(static_cast<std::size_t>(length));
  for (std::int64_t i = 0; i < length; ++i) {
    text.push_back(character(state / kAlphabet));
    const State& now = states_[static_cast<std::size_t>(state)];
    state = successor(state, now.next[draw(now.probability, kBranches)]);
  }
  return text;
}

}  // namespace steepest::data
