// trainer.cpp: see trainer.h. One step: batch, loss, gradient, scheduled rate, optimizers.
#include "experiment/trainer.h"

#include <torch/cuda.h>
#include <torch/nn/utils/clip_grad.h>

#include <cmath>
#include <stdexcept>

#include "digest/sha256.h"
#include "experiment/parameter_groups.h"
#include "experiment/schedule.h"
#include "model/llama.h"
#include "options/error.h"

namespace steepest::experiment {
namespace {

at::Device checked_device(const std::string& name) {
  const at::Device device(name);
  if (device.is_cuda() && (!torch::cuda::is_available() || device.index() >= static_cast<int>(torch::cuda::device_count()))) {
    options::InputError::Parts parts;
    parts.key = "device";
    parts.problem = "found \"" + name + "\", which this machine or this build of LibTorch does not have";
    parts.valid = torch::cuda::is_available() ? "cpu, or cuda:0 to cuda:" + std::to_string(torch::cuda::device_count() - 1) : "cpu";
    throw options::InputError(parts);
  }
  return device;
}

/// In the tokens of the run's own corpus.
std::unique_ptr<data::Batches> other_batches(const run::TrainingRun& run, const data::Folders& folders, const data::Corpus& own,
                                             at::Device device) {
  try {
    const bool characters = own.tokenizer.size() > 0;
    const auto corpus =
        data::load_corpus(*run.other_data, folders, run.training.context, characters ? std::optional(own.tokenizer) : std::nullopt);
    return std::make_unique<data::Batches>(corpus, 0, run.training.batch, run.training.context, device);
  } catch (const options::InputError& error) { throw error.moved("data", "other_data"); }
}

}  // namespace

model::Placement placement_of(const run::TrainingRun& run) {
  return {checked_device(run.device), run.precision == "float64" ? at::kDouble : at::kFloat};
}

Trainer::Trainer(const run::TrainingRun& options, const data::Folders& data_folders, const Start& start) : options_(options) {
  const model::Placement placement = placement_of(options);
  at::globalContext().setDeterministicAlgorithms(true, /*warn_only=*/false);
  const data::Corpus corpus = data::load_corpus(options.data, data_folders, options.training.context, start.tokenizer);
  const auto seed = static_cast<std::uint64_t>(options.seed);
  batches_ = std::make_unique<data::Batches>(corpus, seed, options.training.batch, options.training.context, placement.device);
  if (options.other_data) other_ = other_batches(options, data_folders, corpus, placement.device);
  if (options.base) {
    if (!start.base) throw std::invalid_argument("this run fine-tunes a base, and none was given");
    network_ = model::make_model(options.model, *start.base, run::frozen_tables(*options.base), seed, placement);
  } else {
    network_ = model::make_model(options.model, corpus.vocabulary, seed, placement);
  }
  loss_ = model::make_loss_function(*network_, options.kernels, options.training.context, options.precision == "bf16");
  hidden_ = optim::make_optimizer(options.optimizer, hidden_groups(*network_, options));
  optim::ParameterGroup tables;
  tables.matrices = network_->tables();
  for (const at::Tensor& vector : network_->vectors()) tables.matrices.push_back(vector);
  if (!tables.matrices.empty()) tables_ = optim::make_optimizer(options.embedding_optimizer, {tables});
  if (options.probe) probes_ = probe::make_probes(*options.probe);
  for (const auto& probe : probes_) probe->take(batches_->validation().front().input);
}

double Trainer::train_step() {
  const data::Batch batch = batches_->training(step_);
  const double value = loss_->gradients(batch.input, batch.target);
  if (!std::isfinite(value)) return value;
  if (options_.training.clip_norm > 0) torch::nn::utils::clip_grad_norm_(network_->parameters(), options_.training.clip_norm);
  set_rates();
  for (torch::optim::Optimizer* optimizer : optimizers()) optimizer->step();
  return value;
}

void Trainer::set_rates() {
  const double factor = schedule_factor(options_.schedule, step_, options_.training.steps);
  hidden_.set_schedule(factor);
  if (tables_.optimizer) tables_.set_schedule(factor);
}

std::vector<torch::optim::Optimizer*> Trainer::optimizers() const {
  if (!tables_.optimizer) return {hidden_.optimizer.get()};
  return {hidden_.optimizer.get(), tables_.optimizer.get()};
}

void Trainer::before_step() {
  const at::NoGradGuard no_grad;
  for (const auto& probe : probes_) {
    if (probe->due(step_ + 1, options_.training.steps)) timed(times_.validation, [&] { probe->before_step(*network_); });
  }
}

/// What the probes that are due see goes to the hooks.
void Trainer::look(const Hooks& hooks) {
  const at::NoGradGuard no_grad;
  for (const auto& probe : probes_) {
    if (!probe->due(step_, options_.training.steps)) continue;
    const auto seen = timed(times_.validation, [&] { return probe->observe(*network_); });
    for (const auto& [name, value] : seen.metrics) hooks.metric(name, step_, value);
    for (const auto& [matrix, values] : seen.spectra) {
      if (hooks.spectrum) hooks.spectrum(matrix, step_, values);
    }
  }
}

void Trainer::begin(const Hooks& hooks) {
  if (step_ > 0) return;
  if (other_) tell_validation(timed(times_.validation, [&] { return validate(); }), hooks);  // what is forgotten is told from the start
  look(hooks);
}

Outcome Trainer::run(const Hooks& hooks) {
  begin(hooks);
  Outcome outcome = Outcome::completed;
  while (outcome == Outcome::completed && step_ < options_.training.steps) outcome = advance(hooks);
  return outcome;
}

Outcome Trainer::advance(const Hooks& hooks) {
  before_step();
  double seconds = 0;
  const double loss = timed(seconds, [&] { return train_step(); });
  return after_step(loss, seconds, hooks);
}

Outcome Trainer::after_step(double loss, double seconds, const Hooks& hooks) {
  const run::TrainingOptions& training = options_.training;
  times_.training += seconds;
  if (!std::isfinite(loss)) return Outcome::diverged;
  ++step_;
  loss_sum_ += loss;
  ++loss_count_;
  const bool last = step_ == training.steps;
  if (step_ % training.log_every == 0 || last) {
    hooks.metric("train_loss", step_, loss_sum_ / static_cast<double>(loss_count_));
    loss_sum_ = 0;
    loss_count_ = 0;
  }
  if (last || (training.evaluate_every > 0 && step_ % training.evaluate_every == 0)) {
    const double validation = timed(times_.validation, [&] { return validate(); });
    // On the way it is an observation, which must not change how the run ends.
    if (last && !std::isfinite(validation)) return Outcome::diverged;
    tell_validation(validation, hooks);
  }
  look(hooks);
  if (!last && !timed(times_.waiting, [&] { return hooks.proceed(step_); })) return Outcome::stopped;
  return Outcome::completed;
}

/// The loss of the run's own corpus goes to the hooks, with that of the other one.
void Trainer::tell_validation(double own, const Hooks& hooks) {
  hooks.metric("validation_loss", step_, own);
  if (other_) hooks.metric("other_validation_loss", step_, timed(times_.validation, [&] { return validate(*other_); }));
}

double Trainer::validate(const data::Batches& batches) const {
  double sum = 0;
  std::int64_t count = 0;
  for (const data::Batch& batch : batches.validation()) {
    sum += loss_->loss(batch.input, batch.target) * static_cast<double>(batch.target.numel());
    count += batch.target.numel();
  }
  return sum / static_cast<double>(count);
}

std::string Trainer::parameter_hash() const {
  digest::Sha256 digest;
  for (const at::Tensor& parameter : network_->parameters()) {
    const at::Tensor bytes = parameter.detach().cpu().contiguous();
    digest.add(bytes.data_ptr(), bytes.nbytes());
  }
  return digest.hexadecimal();
}

std::string Trainer::adapter(const std::map<std::string, std::string>& metadata) const {
  const auto* llama = dynamic_cast<const model::Llama*>(network_.get());
  return llama ? model::adapter_text(*llama, metadata) : std::string();
}

}  // namespace steepest::experiment
