// measured_runs.h: how long runs took, and what for.
#pragma once
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "store/reader.h"

namespace steepest::store {

/// A completed or diverged run. Unit of times: seconds, over all its attempts.
struct MeasuredRun {
  std::string family;   ///< the identity but for the seed
  double flops;         ///< of all its steps
  std::int64_t step;    ///< where it ended
  double steps, looks;  ///< what its steps took, with the waiting for rows and checkpoints to be written; its validations and probes
  std::optional<double> start;  ///< what came before the first step and after the last; empty where it took several attempts
};

/// Empty where it has not ended, or was made elsewhere.
std::optional<MeasuredRun> measured_run(const Reader& reader, std::int64_t run);

struct EarlierRun {
  MeasuredRun measured;
  nlohmann::json config;
};
enum class OfFamily { latest, first };
/// Completed runs of the machine, device and build that the latest one was made with, whatever the commit: of each family the one that ended
/// last, or first, of at most so many families, the latest. In the order in which they ended; of one instant, in that of their numbers. `study`: of
/// that study alone; empty: all.
std::vector<EarlierRun> earlier_runs(const Reader& reader, std::int64_t families, OfFamily which = OfFamily::latest,
                                     const std::string& study = "");

}  // namespace steepest::store
