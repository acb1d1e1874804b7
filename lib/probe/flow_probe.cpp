// flow_probe.cpp: see flow_probe.h.
#include "probe/flow_probe.h"

#include <cmath>

#include "flow/observe.h"

namespace steepest::probe {
namespace {

double norm(const std::vector<double>& singular_values) {
  double sum = 0;
  for (const double value : singular_values) sum += value * value;
  return std::sqrt(sum);
}

class StructureProbe : public FlowProbe {
 public:
  using FlowProbe::FlowProbe;
  Observed observe(const flow::Problem& problem, const flow::FlowOptions&, const flow::Factors& factors) const override {
    const auto seen = flow::observe_structure(problem, factors);
    Observed result{{{"off_diagonal", seen.off_diagonal},
                     {"outside", seen.outside},
                     {"column_distance", seen.column_distance},
                     {"norm_A", norm(seen.A)},
                     {"norm_B", norm(seen.B)}},
                    {{"A", seen.A}, {"B", seen.B}}};
    for (std::size_t i = 0; i < seen.angles.size(); ++i) result.metrics.emplace_back("angle_" + std::to_string(i + 1), seen.angles[i]);
    return result;
  }
};

class EnergyProbe : public FlowProbe {
 public:
  using FlowProbe::FlowProbe;
  Observed observe(const flow::Problem& problem, const flow::FlowOptions& flow, const flow::Factors& factors) const override {
    const auto seen = flow::observe_energy(problem, flow, factors);
    Observed result{{{"gradient_norm", seen.gradient_norm}, {"speed", seen.speed}, {"factor_speed", seen.factor_speed}}, {}};
    if (std::isfinite(seen.ratio)) result.metrics.emplace_back("energy_ratio", seen.ratio);
    return result;
  }
};

}  // namespace

std::vector<std::unique_ptr<FlowProbe>> make_probes(const FlowProbeOptions& options) {
  std::vector<std::unique_ptr<FlowProbe>> made;
  if (options.structure) made.push_back(std::make_unique<StructureProbe>(options.structure->every));
  if (options.energy) made.push_back(std::make_unique<EnergyProbe>(options.energy->every));
  return made;
}

}  // namespace steepest::probe
