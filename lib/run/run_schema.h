// run_schema.h: a resolved configuration as TrainingRun, checked key by key and across keys.
#pragma once
#include <nlohmann/json.hpp>
#include <vector>

#include "options/json.h"
#include "run/run_options.h"

namespace steepest::run {

/// Reads and checks a resolved configuration: one with a section `flow` is a FlowRun, any other a TrainingRun. Throws InputError for
/// an unknown section or key (with the nearest), a wrong type, a value out of range, and values that do not go together (heads and width,
/// rank and matrix sizes, optimizer and rank, ...). The error's key is dotted: Composed::locate adds file and line.
/// A stored configuration is read with Absent::neutral: what it does not have is what did not exist when it was made.
AnyRun read_run(const nlohmann::json& config, options::Absent absent = options::Absent::standard);

/// Whether a configuration, resolved or not, is one of a flow.
bool is_flow(const nlohmann::json& config);

/// Every option, explicit: the inverse of read_run. A run from scratch has no section `base`.
nlohmann::json to_json(const AnyRun& run);

/// All keys of a run with type, valid values, unit, default and help. An optimizer's keys are listed once for each
/// optimizer, whose name then leads the help text.
std::vector<options::FieldInfo> run_schema_table();

/// Floating-point operations of the matrix products of the whole run: of the network, forward and backward, and of its optimizers. Validation
/// is left out, and a base's own training, since runs share it. Throws std::invalid_argument while the size of the vocabulary is left open.
double flops(const AnyRun& run);

}  // namespace steepest::run
