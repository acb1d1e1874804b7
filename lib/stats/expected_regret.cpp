// expected_regret.cpp: see expected_regret.h.
#include "stats/expected_regret.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "stats/rate_draws.h"

namespace steepest::stats {

std::optional<ExpectedRegret> expected_regret(const RateCells& row, const RateCells& proxy, std::uint64_t bootstrap_seed, int resamples) {
  RateDraws ours(row), theirs(proxy);
  if (ours.seeds() < 2 || theirs.seeds() < 2 || resamples < 1) return std::nullopt;
  std::map<double, std::size_t> places;
  for (std::size_t i = 0; i < ours.rates().size(); ++i) places[ours.rates()[i]] = i;

  std::mt19937_64 engine(bootstrap_seed);
  std::vector<double> regrets;
  for (int i = 0; i < resamples; ++i) {
    theirs.draw(engine);
    const double rate = theirs.rates()[theirs.best()];
    const auto& sums = ours.draw(engine);
    if (const auto place = places.find(rate); place != places.end())
      regrets.push_back((sums[place->second] - sums[ours.best()]) / static_cast<double>(ours.seeds()));
    else if (row.count(rate) > 0) regrets.push_back(std::numeric_limits<double>::infinity());
    else return std::nullopt;
  }
  std::sort(regrets.begin(), regrets.end());
  return ExpectedRegret{mean(regrets),
                        deviation(regrets),
                        {percentile(regrets, (1 - kLevel) / 2), percentile(regrets, (1 + kLevel) / 2)},
                        static_cast<std::int64_t>(std::min(ours.seeds(), theirs.seeds()))};
}

}  // namespace steepest::stats
