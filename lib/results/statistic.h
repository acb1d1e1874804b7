// statistic.h: a number over seeds with all that is needed to judge it; the one bootstrap, and the one rule for its seed.
#pragma once
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "results/study.h"
#include "stats/improvement.h"
#include "stats/sample.h"

namespace steepest::results {

struct Statistic {
  std::int64_t n = 0;  ///< seeds behind it
  double mean = std::nan(""), standard_error = std::nan("");
  stats::Interval interval{std::nan(""), std::nan("")};
  std::string method;  ///< of the interval
  std::int64_t bootstrap_seed = 0;
  std::vector<std::int64_t> runs;  ///< ids of the runs behind it, rising
};

/// The seed of every bootstrap: a hash (FNV-1a) of the texts of the cells that the number is about, in alphabetical order, and of what is
/// measured, a line each. So equal runs give equal intervals wherever a number is shown, and a difference has the seed of its opposite.
std::int64_t bootstrap_seed(std::vector<std::string> cells, const std::string& measured);

/// Mean, standard error and interval of `values`, one a seed, of the cell's runs. `measured` says what they are.
Statistic summarize(const Cell& cell, const stats::SeedValues& values, const std::string& measured);

/// The same of values that come of the runs of several cells.
Statistic summarize(const std::vector<const Cell*>& cells, const stats::SeedValues& values, const std::string& measured);

/// Of the finite outcomes of a cell. None of them: n is 0 and all else not a number.
Statistic level(const Study& study, const Cell& cell, const std::string& metric);

/// Of cell less baseline at each seed at which both have a finite outcome. The opposite difference is its exact opposite.
Statistic shift(const Study& study, const Cell& cell, const Cell& baseline, const std::string& metric);
stats::SeedValues differences(const Cell& cell, const Cell& baseline, const std::string& metric);

/// How probably a run of the cell ends below one of the baseline, over all outcomes, infinite ones too.
stats::Improvement improvement(const Study& study, const Cell& cell, const Cell& baseline, const std::string& metric);

/// SHA-256 over the completed runs of a cell and what they came to: identity, seed, status, parameter hash and last value to the last bit.
std::string runs_hash(const Cell& cell, const std::string& metric);
/// The same of a comparison, over the completed and diverged runs of both cells.
std::string runs_hash(const Cell& cell, const Cell& baseline, const std::string& metric);

/// The stored row of a cell, or of its comparison with a baseline, where it stands for the runs as they are, computed as it would be
/// now; else null. `level`, `shift` and `improvement` take such a row as it is.
const store::StatisticRow* stored_row(const Study& study, const Cell& cell, const Cell* baseline, const std::string& metric);

}  // namespace steepest::results
