// components.h: a run as the parts that its numbers come from, each with the version of its code. Internal to lib/run.
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "run/run_options.h"

namespace steepest::run {

/// A section of a run, or the keys that stand in none.
struct Component {
  std::string section;        ///< dotted: "optimizer", "base.data"; "" and "base" for the keys beside the sections
  std::string name;           ///< of the code behind it: "spectron", "transformer", "data"; empty: none of its own
  int version = 1;            ///< of that code's numbers, its kNumerics
  nlohmann::json deviations;  ///< options::deviations of its options
};
std::vector<Component> components(const AnyRun& run);

/// Every component that there is, with its version now.
const nlohmann::json& current_versions();

}  // namespace steepest::run
