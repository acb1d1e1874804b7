// identity.h: what makes two runs the same run.
#pragma once
#include <nlohmann/json.hpp>
#include <string>

#include "run/numerics.h"

namespace steepest::run {

/// JSON with sorted keys, no spaces, and each number in the shortest form that reads back the same.
std::string canonical_json(const nlohmann::json& value);

/// Hash of a resolved configuration (as to_json(TrainingRun) gives it) and kNumericsVersion. Left out is what cannot change the
/// numbers: where a corpus can be fetched (every `url`) and which device of its type is used (`cuda:1` counts as `cuda`).
std::string identity(const nlohmann::json& config, int numerics_version = kNumericsVersion);

/// The same of all runs that differ by seed alone: what a cell of a study stands for.
std::string identity_but_for_seed(nlohmann::json config, int numerics_version = kNumericsVersion);

}  // namespace steepest::run
