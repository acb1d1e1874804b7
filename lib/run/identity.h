// identity.h: what makes two runs the same run.
#pragma once
#include <nlohmann/json.hpp>
#include <string>

#include "run/run.h"

namespace steepest::run {

/// JSON with sorted keys, no spaces, and each number in the shortest form that reads back the same.
std::string canonical_json(const nlohmann::json& value);

/// SHA-256 of what decides a run's numbers: the options that deviate from their frozen neutral values, section by section, the type of the
/// device unless it is the CPU, and the numerics version of each component where it is not the first. Left out is what only looks (how
/// often is logged and evaluated), where an input is fetched and what it is called, and which device of its type is used.
std::string identity(const AnyRun& run);

/// The same of all runs that differ by seed alone: what a cell of a study stands for.
std::string identity_but_for_seed(AnyRun run);

/// As the code of these numerics gave it; a component that is not named counts as it is now.
std::string identity(const AnyRun& run, const nlohmann::json& numerics);
std::string identity_but_for_seed(AnyRun run, const nlohmann::json& numerics);

}  // namespace steepest::run
