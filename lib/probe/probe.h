// probe.h: what is watched of a network while it is trained. Looking changes nothing: a run has the same bits with and without.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "model/model.h"
#include "probe/probe_options.h"

namespace steepest::probe {

/// What was seen at one step. Names of metrics are `quantity.matrix`.
struct Observed {
  std::vector<std::pair<std::string, double>> metrics;
  std::vector<std::pair<std::string, std::vector<double>>> spectra;  ///< by matrix, falling
};

/// Keeps nothing from one look to the next, so that a resumed run sees what an uninterrupted one sees.
class Probe {
 public:
  explicit Probe(std::int64_t every) : every_(every) {}
  virtual ~Probe() = default;

  bool due(std::int64_t step, std::int64_t steps) const { return probe::due(every_, step, steps); }
  /// Called once, before the first look: tokens of the validation part, int32 [B, T], the same in every run on a corpus.
  virtual void take(const at::Tensor& /*tokens*/) {}
  /// Called right before each step after which the probe is due, for what is seen in a change.
  virtual void before_step(const model::Model&) {}
  virtual Observed observe(const model::Model& network) = 0;

 private:
  std::int64_t every_;
};

/// Those that the options have, in the order of ProbeOptions.
std::vector<std::unique_ptr<Probe>> make_probes(const ProbeOptions& options);

}  // namespace steepest::probe
