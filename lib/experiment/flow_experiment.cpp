// flow_experiment.cpp: see flow_experiment.h.
#include "experiment/flow_experiment.h"

#include <algorithm>
#include <cmath>

#include "digest/sha256.h"
#include "experiment/archive_file.h"
#include "random/streams.h"

namespace steepest::experiment {

FlowExperiment::FlowExperiment(const run::FlowRun& options) : options_(options) {
  const auto seed = static_cast<std::uint64_t>(options.seed);
  const auto type = options.precision == "float64" ? at::kDouble : at::kFloat;
  problem_ = flow::make_problem(options.problem, random::stream_seed(seed, "flow-target"), at::TensorOptions(type));
  factors_ = flow::make_starts(options.problem, problem_, seed);
}

/// The state's numbers go to the hooks. False: the loss is not finite.
bool FlowExperiment::observe(const Hooks& hooks) const {
  if (options_.problem.starts > 1) return observe_starts(hooks);
  const auto seen = flow::observe(problem_, factors_, options_.flow.l2);
  if (!std::isfinite(seen.loss)) return false;
  hooks.metric("loss", step_, seen.loss);
  for (std::size_t i = 0; i < seen.modes.size(); ++i) hooks.metric("d_" + std::to_string(i + 1), step_, seen.modes[i]);
  if (hooks.spectrum) hooks.spectrum("product", step_, seen.singular_values);
  return true;
}

bool FlowExperiment::observe_starts(const Hooks& hooks) const {
  const auto seen = flow::observe_starts(problem_, factors_, options_.flow.l2);
  double sum = 0, largest = 0, norm = 0;
  std::int64_t finite = 0;
  for (std::size_t i = 0; i < seen.loss.size(); ++i) {
    if (!std::isfinite(seen.loss[i])) continue;
    ++finite;
    sum += seen.loss[i];
    largest = std::max(largest, seen.loss[i]);
    norm = std::max(norm, seen.norm[i]);
  }
  if (finite == 0) return false;
  hooks.metric("finite_starts", step_, static_cast<double>(finite));
  hooks.metric("loss", step_, sum / static_cast<double>(finite));
  hooks.metric("largest_loss", step_, largest);
  hooks.metric("largest_norm", step_, norm);
  if (hooks.spectrum) {
    hooks.spectrum("loss", step_, seen.loss);
    hooks.spectrum("norm", step_, seen.norm);
  }
  return true;
}

Outcome FlowExperiment::run(const Hooks& hooks) {
  if (!started_) {
    std::vector<double> start;
    if (options_.problem.starts == 1) start = flow::effective_start(problem_, factors_);
    for (std::size_t i = 0; i < start.size(); ++i) hooks.metric("d_start_" + std::to_string(i + 1), 0, start[i]);
    if (!observe(hooks)) return Outcome::diverged;
    started_ = true;
  }
  const std::int64_t steps = flow::euler_steps(options_.flow);
  while (step_ < steps) {
    const bool last = step_ + 1 == steps;
    const bool finite = timed(times_.training, [&] {
      factors_ = flow::euler_step(problem_, options_.flow, factors_);
      ++step_;
      return (step_ % options_.flow.output_every != 0 && !last) || observe(hooks);
    });
    if (!finite) return Outcome::diverged;
    if (!last && !timed(times_.waiting, [&] { return hooks.proceed(step_); })) return Outcome::stopped;
  }
  return Outcome::completed;
}

std::string FlowExperiment::parameter_hash() const {
  digest::Sha256 digest;
  for (const at::Tensor& factor : {factors_.A, factors_.B}) {
    const at::Tensor bytes = factor.contiguous();
    digest.add(bytes.data_ptr(), bytes.nbytes());
  }
  return digest.hexadecimal();
}

void FlowExperiment::save(const std::filesystem::path& file, const std::string& identity, std::int64_t rows) const {
  torch::serialize::OutputArchive archive;
  archive.write("A", factors_.A);
  archive.write("B", factors_.B);
  archive.write("identity", c10::IValue(identity));
  archive.write("step", c10::IValue(step_));
  archive.write("times", c10::IValue(times_.values()));
  archive.write("rows", c10::IValue(rows));
  replace_file(file, archive);
}

std::int64_t FlowExperiment::load(const std::filesystem::path& file, const std::string& identity) {
  torch::serialize::InputArchive archive = read_file(file);
  if (read_value(archive, "identity").toStringRef() != identity) throw UnusableFile("it is of another run");
  archive.read("A", factors_.A);
  archive.read("B", factors_.B);
  step_ = read_value(archive, "step").toInt();
  times_ = Times::of(read_value(archive, "times").toDoubleVector());
  started_ = true;
  return read_value(archive, "rows").toInt();
}

}  // namespace steepest::experiment
