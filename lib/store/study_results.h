// study_results.h: what the runs of a study came to, read as a whole: two queries however many runs and metrics there are.
#pragma once
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "store/reader.h"

namespace steepest::store {

/// Which runs, and what of them.
struct ResultsOf {
  std::int64_t study;
  std::string scale;
  std::string cell = {};       ///< canonical JSON; empty: every cell
  bool configurations = true;  ///< these are some thousand bytes a run, and the cells alone need none
};

struct StudyRun {
  std::int64_t id;
  std::string cell;  ///< canonical JSON, as in StatisticRow
  std::int64_t seed;
  RunStatus status;
  std::string identity, parameter_hash;
  nlohmann::json numerics;
  nlohmann::json config;                         ///< null unless it was asked for
  double flops, seconds;                         ///< what its steps cost, and took where they were made; 0 until it has ended
  std::optional<std::int64_t> environment = {};  ///< id
  std::int64_t stacked = 0;                      ///< of how many runs it was trained as one with; 0: alone
};

/// One metric of one run. NaN where it was not a number.
struct RunValue {
  std::int64_t run;
  std::string name;
  double last, lowest;
};

struct StudyResults {
  std::vector<StudyRun> runs;  ///< as they were planned
  std::vector<RunValue> values;
  std::map<std::int64_t, nlohmann::json> environments;  ///< by id, each once
};

StudyResults study_results(const Reader& reader, const ResultsOf& of);

struct CurvePoint {
  std::int64_t run;
  std::string name;
  std::int64_t step;
  double value;
};

/// Every value of the metrics whose names fit `names`, a pattern of SQLite's GLOB, by run, name and step.
std::vector<CurvePoint> study_curves(const Reader& reader, const ResultsOf& of, const std::string& names);

/// The singular values of one matrix at one step of one run, falling.
struct SpectrumAt {
  std::int64_t run;
  std::string matrix;
  std::int64_t step;
  std::vector<double> values;
};

/// Those of all matrices whose names fit the pattern, by run, matrix and step.
std::vector<SpectrumAt> study_spectra(const Reader& reader, const ResultsOf& of, const std::string& matrices);

}  // namespace steepest::store
