// rows.h: what goes into the file and comes out of it, as plain structs. The tables are described column by column in docs/database.md.
#pragma once
#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/status.h"

namespace steepest::store {

/// A run as the planner knows it.
struct NewRun {
  std::string identity;   ///< SHA-256 over everything that can change its numbers
  nlohmann::json config;  ///< the resolved configuration
  std::int64_t seed = 0;
  nlohmann::json numerics = nlohmann::json::object();  ///< of which versions of the code its numbers are
  double flops = 0;                                    ///< estimated training cost, for ordering and for the time left
  std::string family = {};                             ///< the identity but for the seed
  nlohmann::json observes = nlohmann::json::object();  ///< how often it is looked at, by key
  std::optional<std::int64_t> steps = {};              ///< how many it takes, by which its progress is told
};

/// A run that a worker holds. Every write names `token`: a worker that lost its claim cannot write.
struct ClaimedRun {
  std::int64_t id;
  std::string identity;
  nlohmann::json config;
  int attempt;                       ///< 1 for the first
  std::string observes = {};         ///< canonical JSON
  std::string former_identity = {};  ///< under which its checkpoint may lie; empty: none
};

/// How a run ended. `error` for failed, `diverged_step` for diverged.
struct RunEnd {
  RunStatus status;
  std::int64_t step = 0;
  double seconds = 0;  ///< of training, over all attempts
  std::string parameter_hash;
  std::string error;
  double validation_seconds = 0;
  double waiting_seconds = 0;  ///< for rows and checkpoints to be written, and for others who hold the file locked
};

/// A run of which one try came to nothing.
struct FailedTry {
  std::int64_t run;
  int failures;  ///< tries that failed since the run was queued
  bool over;     ///< the run ended as failed
};

/// A holder that has not been heard of for a lease. A live one may still renew it (the machine was busy): see twice before acting.
struct ExpiredLease {
  std::int64_t run;
  std::string token;
  double expired_at;
};

struct MetricRow {
  std::string name;
  std::int64_t step;
  double value;
};
struct SpectrumRow {
  std::string matrix;
  std::int64_t step;
  int index;
  double value;
};

/// One row of the view `run_summary`, tied to a study.
struct RunSummary {
  std::int64_t id;
  std::string identity;
  RunStatus status;
  std::int64_t seed;
  nlohmann::json cell;  ///< the swept keys of the study with this run's values, without the seed
  std::int64_t step;
  double flops, seconds;
  nlohmann::json numerics;
  std::string error;
  std::string family;
};

/// All of one run but its curves.
struct RunDetails {
  std::int64_t id;
  std::string identity;
  RunStatus status;
  std::int64_t seed;
  nlohmann::json numerics;
  std::int64_t step, attempts;
  double seconds;  ///< NaN until it has ended
  double flops;
  nlohmann::json cell;  ///< in one of its studies; empty without one
  std::optional<std::int64_t> diverged_step;
  std::string parameter_hash, error;   ///< empty where there is none
  nlohmann::json config, environment;  ///< environment: null until a worker has taken it up
  std::string family = {};
  nlohmann::json observes = {};
};

/// A summary over seeds of one cell, or of what it differs by from a baseline.
struct StatisticRow {
  std::string cell;  ///< canonical JSON of the swept keys, without the seed
  std::string metric;
  std::string scale;
  std::int64_t n = 0;
  double mean = 0, standard_error = 0, low = 0, high = 0;
  std::string method;  ///< e.g. "bootstrap percentile 95 %, 10000 resamples"
  std::int64_t bootstrap_seed = 0;
  std::string runs_hash;      ///< SHA-256 over the runs behind it and what they came to
  std::string baseline = {};  ///< the cell compared with, canonical JSON; empty: a summary of the cell itself
  /// Probability of improvement over the baseline, with its interval; NaN without one.
  double probability = std::nan(""), probability_low = std::nan(""), probability_high = std::nan("");
};

/// What a study's progress is made of.
struct Progress {
  std::int64_t queued = 0, running = 0, completed = 0, diverged = 0, failed = 0, interrupted = 0;
  double flops_total = 0, flops_done = 0;  ///< done counts finished runs, and running ones by their step
  std::int64_t total() const { return queued + running + completed + diverged + failed + interrupted; }
};

/// The answer to a query of the user's: column names, then rows as text (NULL is empty).
struct Table {
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;
};

/// The same in one piece, for long answers: a string for each cell would take longer than the query.
struct Texts {
  std::vector<std::string> columns = {};
  std::string text = {};               ///< the cells one behind the other, row by row
  std::vector<std::size_t> ends = {};  ///< of each cell in it

  std::size_t rows() const { return columns.empty() ? 0 : ends.size() / columns.size(); }
  std::string_view cell(std::size_t row, std::size_t column) const {
    const std::size_t place = row * columns.size() + column, begin = place == 0 ? 0 : ends[place - 1];
    return std::string_view(text).substr(begin, ends[place] - begin);
  }
  void add(std::string_view cell) {
    text += cell;
    ends.push_back(text.size());
  }
};

/// The same with numbers as numbers and NULL as null; infinite ones as json_number.h says.
struct Values {
  std::vector<std::string> columns;
  std::vector<std::vector<nlohmann::json>> rows;
};

}  // namespace steepest::store
