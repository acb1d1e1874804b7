// sweep_rows.h: a study's runs arranged as a report needs them: one row per value of a key, its cells by learning rate.
#pragma once
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "stats/best_rate.h"
#include "store/database.h"

namespace steepest::report {

/// The runs of one row at one learning rate.
struct RateCell {
  stats::SeedValues losses;             ///< last value of the metric; a diverged run is +infinity
  const store::StatisticRow* statistic = nullptr;
  std::int64_t runs = 0, completed = 0, diverged = 0, failed = 0;
  std::int64_t missing() const { return runs - completed - diverged; }
};

struct SweepRow {
  nlohmann::json value;                 ///< of the row's key
  std::string label;                    ///< the value for readers: "dense", "32"
  nlohmann::json panel;                 ///< other swept keys that vary within a row's value (a width, say); often empty
  std::map<double, RateCell> cells;     ///< by learning rate
  nlohmann::json config;                ///< resolved configuration of one of its runs

  stats::RateCells losses() const;
  std::int64_t diverged() const, missing() const;
};

/// Rows of the runs, baseline first, then by falling value, names after numbers. `statistics` must outlive the rows.
/// Throws options::InputError if a run has no such keys, or no number as its rate.
std::vector<SweepRow> sweep_rows(const store::Database& database, const std::vector<store::RunSummary>& runs,
                                 const std::vector<store::StatisticRow>& statistics, const std::string& row_key,
                                 const std::string& rate_key, const std::string& metric, const std::string& baseline);

/// The value of a dotted key; null if it is not there.
nlohmann::json at_key(const nlohmann::json& config, const std::string& key);

/// A row's value for readers: rank 0 is "dense".
std::string row_label(const std::string& key, const nlohmann::json& value);

}  // namespace steepest::report
