// former_identity.h: runs that were made while the whole configuration, with one version of the whole suite, made the identity.
#pragma once
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "run/observations.h"

namespace steepest::run {

/// The last of the versions that the whole suite had in common.
inline constexpr int kLastSuiteVersion = 4;

/// The identity that a configuration had under such a version: by which old files are checked.
std::string former_identity(const nlohmann::json& config, int suite_version);

/// A run of those days, as it is known now.
struct Renewed {
  std::string identity, family;  ///< family: the identity but for the seed
  nlohmann::json numerics;       ///< {"suite": N} where today's code would give other numbers: then the identity is the former one
  Observations observations;
  std::optional<double> flops;  ///< empty: as it was counted
};

/// A run keeps its place where nothing that it used has changed since: from version 2 on for all but `lora_muon`, as optimizer of whatever
/// part, and spectral factors, which changed with version 4. Where the text that it read is not known, it is a run of its version alone.
Renewed renewed(const std::string& identity, const nlohmann::json& config, int suite_version);

}  // namespace steepest::run
