// numerics.h: of which versions of the code a run's numbers are. The versions themselves stand with the components' options, as kNumerics:
// raise one in the commit that may alter a result of that component (an update rule, an initialisation, the data order, a kernel), so that
// old numbers never stand for new ones. Runs of that component are made again, and no others; `steepest status` names the old ones.
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "run/run.h"

namespace steepest::run {

/// A section of a run with code of its own behind it; or a choice with its `choice_numerics`, where it is not the neutral one.
struct Component {
  nlohmann::json::json_pointer section;  ///< "/optimizer", "/base/data", "/fused_kernels"
  std::string name;  ///< its options' kName, "spectron", or where they have none, the section's, "data", "fused_kernels"
  int version = 1;   ///< of that code's numbers
};
std::vector<Component> components(const AnyRun& run);

/// Component → version, of the components that the run uses: {"data": 1, "spectron": 2, "transformer": 1, ...}.
nlohmann::json numerics(const AnyRun& run);

/// The whole suite had one version up to 4: {"suite": N} is what is known of a run of those days whose numbers have changed since.
nlohmann::json numerics_of_suite(int version);

/// Whether today's code would give such numbers.
bool is_current(const nlohmann::json& numerics);

/// For readers: "1" where every component is of its first version, else what is beyond that: "spectron 2", "suite 3".
std::string numerics_text(const nlohmann::json& numerics);

}  // namespace steepest::run
