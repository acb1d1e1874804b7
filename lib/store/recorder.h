// recorder.h: what is found out about runs.
#pragma once
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "store/writer.h"

namespace steepest::store {

/// Writes what was measured in runs, on which machines and with what incidents, and what cells come to. It changes nobody's claim, and rows
/// of a run are taken from its holder alone. Each call is one transaction.
class Recorder : public Writer {
 public:
  explicit Recorder(Connection& connection) : Writer(connection) {}

  /// False: the claim is lost, nothing written.
  bool record(std::int64_t run, const std::string& token, const std::vector<MetricRow>& metrics,
              const std::vector<SpectrumRow>& spectra = {});
  /// Forgets metrics and spectra after `step` (a resumed run writes them again). False: the claim is lost, nothing forgotten.
  bool rewind(std::int64_t run, const std::string& token, std::int64_t step);
  /// How many rows of metrics and spectra a run has up to `step`; of one that is made again, how many are staged.
  std::int64_t stored_rows(std::int64_t run, std::int64_t step) const;
  void event(std::optional<std::int64_t> run, const std::string& kind, const std::string& message);
  /// Stores the environment once (by its hash) and ties the run to it.
  void set_environment(std::int64_t run, const nlohmann::json& environment);
  /// Notes that a run was trained as one with others, so many with itself. False: the claim is lost.
  bool set_stacked(std::int64_t run, const std::string& token, std::int64_t runs);
  void put_statistic(std::int64_t study, const StatisticRow& row);
};

}  // namespace steepest::store
