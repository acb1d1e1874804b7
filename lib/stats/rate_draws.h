// rate_draws.h: the seeds of a sweep, drawn anew.
#pragma once
#include <random>
#include <vector>

#include "stats/best_rate.h"

namespace steepest::stats {

/// Losses at the rates with a finite mean, by the seeds that all of these share. Its draws take a seed's runs at all rates together, since they
/// see the same batches.
class RateDraws {
 public:
  explicit RateDraws(const RateCells& cells);

  const std::vector<double>& rates() const { return rates_; }  ///< rising
  std::size_t seeds() const { return losses_.size(); }
  /// As many seeds as there are, with replacement: the sum of the losses at each rate.
  const std::vector<double>& draw(std::mt19937_64& engine);
  std::size_t best() const;  ///< place of the rate that the last draw is lowest at; among equals the smallest

 private:
  std::vector<double> rates_, sums_;
  std::vector<std::vector<double>> losses_;  ///< by seed and rate
};

/// Of what draws came to: the root of the mean square distance from their mean.
double deviation(const std::vector<double>& draws);

}  // namespace steepest::stats
