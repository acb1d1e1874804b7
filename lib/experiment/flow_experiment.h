// flow_experiment.h: one matrix flow from its start to its end time.
#pragma once
#include "experiment/experiment.h"
#include "flow/stepper.h"
#include "probe/flow_probe.h"
#include "run/flow_run.h"

namespace steepest::experiment {

/// Metrics at every output step: loss; d_1, d_2, ..., the modes u_i^T A B v_i of singular_values, and what the probes see; at step 0 also d_start_1,
/// ..., what gradient flow's arrival times take for the modes' start (flow/starts.h). Spectrum `product`: the singular values of A B. Time is
/// step * flow.time_step. Of several starts, over those that are finite: loss, their mean; largest_loss, largest_norm; finite_starts, how many
/// they are; at_minimum, the share of all starts whose loss is at most 1e-3 of the zero product's above the least that there is; and as spectra
/// `loss` and `norm` of each start, infinite where it is not finite. Runs on the CPU.
class FlowExperiment : public Experiment {
 public:
  explicit FlowExperiment(const run::FlowRun& options);
  Outcome run(const Hooks& hooks) override;
  std::int64_t step() const override { return step_; }
  Times times() const override { return times_; }
  std::string parameter_hash() const override;
  void save(const std::filesystem::path& file, const std::string& identity, std::int64_t rows = 0) const override;
  std::int64_t load(const std::filesystem::path& file, const std::string& identity) override;

 private:
  bool observe(const Hooks& hooks) const;
  void look(const Hooks& hooks) const;
  bool observe_starts(const Hooks& hooks) const;

  run::FlowRun options_;
  flow::Problem problem_;
  std::unique_ptr<flow::Stepper> stepper_;
  std::vector<std::unique_ptr<probe::FlowProbe>> probes_;
  std::int64_t step_ = 0;
  bool started_ = false;  // the start has been observed
  Times times_;
};

}  // namespace steepest::experiment
