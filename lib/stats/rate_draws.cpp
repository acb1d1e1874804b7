// rate_draws.cpp: see rate_draws.h.
#include "stats/rate_draws.h"

#include <algorithm>
#include <cmath>

#include "random/draw.h"

namespace steepest::stats {

RateDraws::RateDraws(const RateCells& cells) {
  RateCells candidates = cells;
  std::erase_if(candidates, [](const auto& cell) { return !std::isfinite(mean(values_of(cell.second))); });
  if (candidates.empty()) return;
  for (const auto& [rate, values] : candidates) rates_.push_back(rate);
  for (const auto& [seed, ignored] : candidates.begin()->second) {
    std::vector<double> row;
    for (const auto& [rate, values] : candidates) {
      if (const auto value = values.find(seed); value != values.end()) row.push_back(value->second);
    }
    if (row.size() == rates_.size()) losses_.push_back(std::move(row));
  }
  sums_.resize(rates_.size());
}

const std::vector<double>& RateDraws::draw(std::mt19937_64& engine) {
  std::fill(sums_.begin(), sums_.end(), 0);
  for (std::size_t i = 0; i < losses_.size(); ++i) {
    const auto& drawn = losses_[random::below(engine, losses_.size())];
    for (std::size_t j = 0; j < sums_.size(); ++j) sums_[j] += drawn[j];
  }
  return sums_;
}

std::size_t RateDraws::best() const { return static_cast<std::size_t>(std::min_element(sums_.begin(), sums_.end()) - sums_.begin()); }

double deviation(const std::vector<double>& draws) {
  const double middle = mean(draws);
  double squares = 0;
  for (const double each : draws) squares += (each - middle) * (each - middle);
  return std::sqrt(squares / static_cast<double>(draws.size()));
}

}  // namespace steepest::stats
