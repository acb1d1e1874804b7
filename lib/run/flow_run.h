// flow_run.h: the integration of a matrix flow.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "flow/flow_options.h"
#include "options/field.h"
#include "probe/flow_probe_options.h"

namespace steepest::run {

struct FlowRun {
  static constexpr const char* kName = "flow";
  static constexpr const char* kSection = "flow";  ///< a configuration with this section is one of a flow
  std::int64_t seed = 0;
  std::string precision = "float64";
  flow::FlowOptions flow;
  flow::ProblemOptions problem;
  std::optional<probe::FlowProbeOptions> probe = {};

  template <class Visitor>
  void describe(Visitor& visit) {
    using options::field;
    visit(field("seed", seed).at_least(0).help("target and start are drawn from it, each by a stream of its own"));
    visit(field("precision", precision).one_of({"float32", "float64"}).help("type of the factors"));
    visit(field("flow", flow).required().from_group("flow"));
    visit(field("problem", problem).required().from_group("problem"));
    visit(field("probe", probe).from_group("flow_probe").observes().help("what is watched"));
  }

  /// Throws InputError where values do not go together.
  void check() const;
  std::int64_t steps() const { return flow::time_steps(flow); }
  double flops() const { return flow::run_flops(flow, problem); }
};

}  // namespace steepest::run
