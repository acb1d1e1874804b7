// components.h: the parts of a run that its numbers come from, each with the version of its code. Internal to lib/run.
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "run/run.h"

namespace steepest::run {

/// A section of a run with code of its own behind it.
struct Component {
  nlohmann::json::json_pointer section;  ///< "/optimizer", "/base/data"
  std::string name;                      ///< of that code: its options' kName, "spectron", or where they have none, the section's, "data"
  int version = 1;                       ///< of that code's numbers, its kNumerics
};
std::vector<Component> components(const AnyRun& run);

/// Every component that there is, with its version now.
const nlohmann::json& current_versions();

}  // namespace steepest::run
