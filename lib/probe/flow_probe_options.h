// flow_probe_options.h: which probes watch a matrix flow, and how often, without LibTorch.
#pragma once
#include <optional>

#include "options/field.h"
#include "probe/interval.h"

namespace steepest::probe {

/// How the factors lie to the target's modes (flow/observe.h). Metrics: off_diagonal, outside, column_distance, norm_A, norm_B, angle_1 ... angle_k;
/// spectra A and B.
struct StructureOptions : Interval {
  static constexpr const char* kName = "structure";
};

/// What the loss falls by, and how fast the factors move (flow/observe.h). Metrics: gradient_norm, speed, factor_speed, energy_ratio, which is left
/// out where nothing moves.
struct EnergyOptions : Interval {
  static constexpr const char* kName = "energy";
};

/// `probe` of a flow: each probe is a section of its own, which is absent unless the group `flow_probe` chooses it.
struct FlowProbeOptions {
  std::optional<StructureOptions> structure;
  std::optional<EnergyOptions> energy;

  template <class Visitor>
  void describe(Visitor& visit) {
    using options::field;
    visit(field("structure", structure).help("how the factors lie to the target's modes, and their own singular values"));
    visit(field("energy", energy).help("what the loss falls by, and how fast the factors move"));
  }
};

}  // namespace steepest::probe
