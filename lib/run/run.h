// run.h: a run of any kind, and its resolved configuration.
#pragma once
#include <nlohmann/json.hpp>
#include <variant>
#include <vector>

#include "options/json.h"
#include "run/flow_run.h"
#include "run/training_run.h"

namespace steepest::run {

/// Every kind of run. Each is a struct that describes its sections and has `seed`, kName, check(), steps() and flops(); all but the first
/// have the section `kSection`, by which a configuration is known as one of them.
using AnyRun = std::variant<TrainingRun, FlowRun>;

/// Reads and checks a resolved configuration. Throws InputError for an unknown section or key (with the nearest), a wrong type, a value out
/// of range, and values that do not go together. The error's key is dotted: Composed::locate adds file and line.
/// A stored configuration is read with Absent::neutral: what it does not have is what did not exist when it was made.
AnyRun read_run(const nlohmann::json& config, options::Absent absent = options::Absent::standard);

/// Every option, explicit: the inverse of read_run. A run from scratch has no section `base`.
nlohmann::json to_json(const AnyRun& run);

std::int64_t seed(const AnyRun& run);

/// How many steps it takes, of an optimizer or of a flow.
std::int64_t steps(const AnyRun& run);

/// Its floating-point operations, see each kind's own. Throws std::invalid_argument while something that they depend on is left open.
double flops(const AnyRun& run);

/// All keys of every kind of run with type, valid values, unit, default and help. An optimizer's keys are listed once for each
/// optimizer, whose name then leads the help text; so does the name of any kind but the first.
std::vector<options::FieldInfo> schema();

}  // namespace steepest::run
