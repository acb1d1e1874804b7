// flow_probe.h: what is watched of a matrix flow besides its loss, its modes and the singular values of A B.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "flow/flow_options.h"
#include "flow/matrix_problem.h"
#include "probe/flow_probe_options.h"
#include "probe/probe.h"

namespace steepest::probe {

/// Looks at a point and keeps nothing.
class FlowProbe {
 public:
  explicit FlowProbe(std::int64_t every) : every_(every) {}
  virtual ~FlowProbe() = default;
  bool due(std::int64_t step, std::int64_t steps) const { return probe::due(every_, step, steps); }
  virtual Observed observe(const flow::Problem& problem, const flow::FlowOptions& flow, const flow::Factors& factors) const = 0;

 private:
  std::int64_t every_;
};

/// Those that the options have, in the order of FlowProbeOptions.
std::vector<std::unique_ptr<FlowProbe>> make_probes(const FlowProbeOptions& options);

}  // namespace steepest::probe
