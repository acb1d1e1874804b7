// flow_experiment.cpp: see flow_experiment.h.
#include "experiment/flow_experiment.h"

#include <algorithm>
#include <cmath>

#include "digest/sha256.h"
#include "experiment/archive_file.h"
#include "flow/observe.h"
#include "flow/starts.h"
#include "random/streams.h"

namespace steepest::experiment {

FlowExperiment::FlowExperiment(const run::FlowRun& options) : options_(options) {
  const auto seed = static_cast<std::uint64_t>(options.seed);
  const auto type = options.precision == "float64" ? at::kDouble : at::kFloat;
  problem_ = flow::make_problem(options.problem, random::stream_seed(seed, "flow-target"), at::TensorOptions(type));
  stepper_ = flow::make_stepper(problem_, options.flow, flow::make_starts(options.problem, problem_, seed));
  if (options.probe) probes_ = probe::make_probes(*options.probe);
}

/// The state's numbers go to the hooks. False: the loss is not finite.
bool FlowExperiment::observe(const Hooks& hooks) const {
  if (options_.problem.starts > 1) return observe_starts(hooks);
  const auto factors = stepper_->factors();
  const auto seen = flow::observe(problem_, factors, options_.flow.l2);
  if (!std::isfinite(seen.loss)) return false;
  hooks.metric("loss", step_, seen.loss);
  for (std::size_t i = 0; i < options_.problem.singular_values.size(); ++i)
    hooks.metric("d_" + std::to_string(i + 1), step_, seen.modes[i]);
  if (hooks.spectrum) hooks.spectrum("product", step_, seen.singular_values);
  return true;
}

void FlowExperiment::look(const Hooks& hooks) const {
  for (const auto& probe : probes_) {
    if (!probe->due(step_, flow::time_steps(options_.flow))) continue;
    const auto seen = probe->observe(problem_, options_.flow, stepper_->factors());
    for (const auto& [name, value] : seen.metrics) hooks.metric(name, step_, value);
    if (!hooks.spectrum) continue;
    for (const auto& [name, values] : seen.spectra) hooks.spectrum(name, step_, values);
  }
}

bool FlowExperiment::observe_starts(const Hooks& hooks) const {
  const auto seen = flow::observe_starts(problem_, stepper_->factors(), options_.flow.l2);
  const double least = flow::least_loss(problem_, options_.problem.rank, options_.flow.l2);
  const double near = least + 1e-3 * problem_.sigma.square().sum().item<double>() / 2;
  double sum = 0, largest = 0, norm = 0;
  std::int64_t finite = 0, there = 0;
  for (std::size_t i = 0; i < seen.loss.size(); ++i) {
    if (!std::isfinite(seen.loss[i])) continue;
    ++finite;
    if (seen.loss[i] <= near) ++there;
    sum += seen.loss[i];
    largest = std::max(largest, seen.loss[i]);
    norm = std::max(norm, seen.norm[i]);
  }
  if (finite == 0) return false;
  hooks.metric("finite_starts", step_, static_cast<double>(finite));
  hooks.metric("loss", step_, sum / static_cast<double>(finite));
  hooks.metric("largest_loss", step_, largest);
  hooks.metric("largest_norm", step_, norm);
  hooks.metric("at_minimum", step_, static_cast<double>(there) / static_cast<double>(seen.loss.size()));
  if (hooks.spectrum) {
    hooks.spectrum("loss", step_, seen.loss);
    hooks.spectrum("norm", step_, seen.norm);
  }
  return true;
}

Outcome FlowExperiment::run(const Hooks& hooks) {
  if (!started_) {
    std::vector<double> start;
    if (options_.problem.starts == 1) start = flow::effective_start(problem_, stepper_->factors());
    start.resize(std::min(start.size(), options_.problem.singular_values.size()));
    for (std::size_t i = 0; i < start.size(); ++i) hooks.metric("d_start_" + std::to_string(i + 1), 0, start[i]);
    if (!observe(hooks)) return Outcome::diverged;
    look(hooks);
    started_ = true;
  }
  const std::int64_t steps = flow::time_steps(options_.flow);
  while (step_ < steps) {
    const bool last = step_ + 1 == steps;
    const bool finite = timed(times_.training, [&] {
      stepper_->advance();
      ++step_;
      return (step_ % options_.flow.output_every != 0 && !last) || observe(hooks);
    });
    if (!finite) return Outcome::diverged;
    timed(times_.validation, [&] { look(hooks); });
    if (!last && !timed(times_.waiting, [&] { return hooks.proceed(step_); })) return Outcome::stopped;
  }
  return Outcome::completed;
}

std::string FlowExperiment::parameter_hash() const {
  digest::Sha256 digest;
  const auto factors = stepper_->factors();
  for (const at::Tensor& factor : {factors.A, factors.B}) {
    const at::Tensor bytes = factor.contiguous();
    digest.add(bytes.data_ptr(), bytes.nbytes());
  }
  return digest.hexadecimal();
}

void FlowExperiment::save(const std::filesystem::path& file, const std::string& identity, std::int64_t rows) const {
  torch::serialize::OutputArchive archive;
  for (const auto& [name, tensor] : stepper_->state()) archive.write(name, tensor);
  archive.write("identity", c10::IValue(identity));
  archive.write("step", c10::IValue(step_));
  archive.write("times", c10::IValue(times_.values()));
  archive.write("rows", c10::IValue(rows));
  replace_file(file, archive);
}

std::int64_t FlowExperiment::load(const std::filesystem::path& file, const std::string& identity) {
  torch::serialize::InputArchive archive = read_file(file);
  if (read_value(archive, "identity").toStringRef() != identity) throw UnusableFile("it is of another run");
  auto state = stepper_->state();
  for (auto& [name, tensor] : state) archive.read(name, tensor);
  stepper_->restore(state);
  step_ = read_value(archive, "step").toInt();
  times_ = Times::of(read_value(archive, "times").toDoubleVector());
  started_ = true;
  return read_value(archive, "rows").toInt();
}

}  // namespace steepest::experiment
