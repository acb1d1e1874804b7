// observations.h: how often a run is looked at. It decides nothing about its numbers, so that two that differ by it alone are one run.
#pragma once
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "run/run.h"

namespace steepest::run {

/// Dotted key → every so many steps, 0: at the end alone. A key that is not there is not observed at all.
using Observations = std::map<std::string, std::int64_t>;

/// Those of a run: `training.evaluate_every`, `training.log_every`; `flow.output_every`. Of a base nothing is kept.
Observations observations(const AnyRun& run);

/// Whether a dotted key of a configuration is one of those that every run has.
bool is_observation(const std::string& key);

/// Whether what was observed holds all that is asked for.
bool covers(const Observations& stored, const Observations& asked);

/// Observations that cover both.
Observations merged(const Observations& stored, const Observations& asked);

/// A resolved configuration that asks for these observations.
nlohmann::json with_observations(nlohmann::json config, const Observations& observations);

}  // namespace steepest::run
