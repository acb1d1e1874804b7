// study.h: a study as its runs left it: cells, runs, values. Everything else in this room is computed from this, and nothing is read twice.
#pragma once
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "stats/paired.h"
#include "store/reader.h"

namespace steepest::results {

/// One metric of one run: its last value and its lowest; NaN where it was not a number.
struct Value {
  double last, lowest;
};

struct Curve {
  std::vector<std::int64_t> steps;
  std::vector<double> values;
};

/// The singular values of one matrix, falling, at each step at which they were looked at.
struct Spectrum {
  std::vector<std::int64_t> steps;
  std::vector<std::vector<double>> values;
};

struct Run {
  std::int64_t id = 0, seed = 0;
  store::RunStatus status = store::RunStatus::queued;
  std::string identity, parameter_hash;
  nlohmann::json numerics;                      ///< of which versions of the code its numbers are
  nlohmann::json config;                        ///< resolved; null unless configurations were loaded
  double flops = 0, seconds = 0;                ///< what its steps cost by its options, and took where they were made
  std::map<std::string, Value> values;          ///< by metric
  std::map<std::string, Curve> curves;          ///< of the metrics that were asked for
  std::map<std::string, Spectrum> spectra;      ///< of the matrices that were asked for
  std::optional<std::size_t> environment = {};  ///< its place in Study::environments; empty: none was recorded
  std::int64_t stacked = 0;                     ///< of how many runs it was trained as one with; 0: alone
};

/// The runs of a study with the same swept values. They differ by their seeds alone.
struct Cell {
  std::string text;       ///< canonical JSON of the swept keys, without the seed: the cell's name in every table
  nlohmann::json keys;    ///< the same, parsed, without those that say how often a run is looked at
  std::vector<Run> runs;  ///< by seed
};

struct Study {
  std::int64_t id = 0;
  std::string scale;
  std::vector<Cell> cells;                   ///< in the order in which the study plans them
  std::vector<nlohmann::json> environments;  ///< machines and builds of the runs, each once
  /// Rows of table `statistic` by cell, baseline and metric: what has been computed before.
  std::map<std::tuple<std::string, std::string, std::string>, store::StatisticRow> stored;

  std::unordered_map<std::string, std::size_t> places;  ///< of the cells in `cells`, by their texts

  /// None: null.
  const Cell* find(const std::string& cell) const;
  /// The metrics that any run has, by name.
  std::vector<std::string> metrics() const;
};

struct Wanted {
  std::string cell = {};  ///< this cell alone; empty: all
  bool configurations = true;
  std::vector<std::string> curves = {};   ///< metrics by patterns such as "d_*"
  std::vector<std::string> spectra = {};  ///< matrices, likewise
};

/// Two queries for runs and values whatever their number, one for stored statistics, one for each pattern of curves and spectra that is
/// wanted; all of one state of the file. Not within a transaction.
Study load(const store::Reader& reader, std::int64_t study, const std::string& scale, const Wanted& wanted = {});

/// What a run counts as in a metric, everywhere: its last value if it completed and the value is finite; +infinity, worse than any
/// value, if it diverged or completed with a last value that is no finite number; nothing if it failed, has not ended, or lacks the metric.
std::optional<double> outcome(const Run& run, const std::string& metric);

/// The same of the run of an identity, in whichever study it was made; nothing if there is none.
std::optional<double> stored_outcome(const store::Reader& reader, const std::string& identity, const std::string& metric);

/// The runs of a cell by how they ended; `diverged`: their outcome is infinite.
struct Counts {
  std::int64_t runs = 0, completed = 0, diverged = 0, failed = 0, unfinished = 0;
  std::int64_t missing() const { return failed + unfinished; }
  Counts& operator+=(const Counts& other);
};
Counts counts(const Cell& cell, const std::string& metric);

/// The outcomes of a cell by seed, +infinity among them, or the finite ones alone.
stats::SeedValues outcomes(const Cell& cell, const std::string& metric);
stats::SeedValues finite_outcomes(const Cell& cell, const std::string& metric);

}  // namespace steepest::results
