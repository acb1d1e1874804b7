// trainer.cpp: see trainer.h. One step: batch, loss, gradient, scheduled rate, optimizers.
#include "experiment/trainer.h"

#include <torch/cuda.h>
#include <torch/nn/utils/clip_grad.h>

#include <cmath>
#include <stdexcept>

#include "digest/sha256.h"
#include "experiment/parameter_groups.h"
#include "experiment/schedule.h"
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

}  // namespace

Trainer::Trainer(const run::TrainingRun& options, const std::filesystem::path& data_directory, const Start& start) : options_(options) {
  const at::Device device = checked_device(options.device);
  at::globalContext().setDeterministicAlgorithms(true, /*warn_only=*/false);
  const data::Corpus corpus = data::load_corpus(options.data, data_directory, options.training.context, start.vocabulary);
  const auto seed = static_cast<std::uint64_t>(options.seed);
  const auto type = options.precision == "float64" ? at::kDouble : at::kFloat;
  batches_ = std::make_unique<data::Batches>(corpus, seed, options.training.batch, options.training.context, device);
  const auto& model = std::get<model::TransformerOptions>(options.model);
  if (options.base) {
    if (!start.base) throw std::invalid_argument("this run fine-tunes a base, and none was given");
    network_ = std::make_shared<model::Transformer>(model, *start.base, options.base->frozen_tables, seed, device, type);
  } else {
    network_ = std::make_shared<model::Transformer>(model, static_cast<std::int64_t>(corpus.vocabulary.size()), seed, device, type);
  }
  hidden_ = optim::make_optimizer(options.optimizer, hidden_groups(*network_, options));
  optim::ParameterGroup tables;
  tables.matrices = network_->tables();
  if (!tables.matrices.empty()) tables_ = optim::make_optimizer(options.embedding_optimizer, {tables});
}

double Trainer::train_step() {
  const data::Batch batch = batches_->training(step_);
  const at::Tensor loss = network_->loss(batch.input, batch.target);
  const double value = loss.item<double>();
  if (!std::isfinite(value)) return value;
  network_->zero_grad(/*set_to_none=*/true);
  loss.backward();
  if (options_.training.clip_norm > 0) torch::nn::utils::clip_grad_norm_(network_->parameters(), options_.training.clip_norm);
  const double factor = schedule_factor(options_.schedule, step_, options_.training.steps);
  for (optim::ScheduledOptimizer* optimizer : {&hidden_, &tables_}) {
    if (!optimizer->optimizer) continue;
    optimizer->set_schedule(factor);
    optimizer->optimizer->step();
  }
  ++step_;
  return value;
}

Outcome Trainer::run(const Hooks& hooks) {
  Outcome outcome = Outcome::completed;
  while (outcome == Outcome::completed && step_ < options_.training.steps) outcome = advance(hooks);
  return outcome;
}

Outcome Trainer::advance(const Hooks& hooks) {
  const run::TrainingOptions& training = options_.training;
  const double loss = timed(times_.training, [&] { return train_step(); });
  if (!std::isfinite(loss)) return Outcome::diverged;
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
    hooks.metric("validation_loss", step_, validation);
  }
  if (!last && !timed(times_.waiting, [&] { return hooks.proceed(step_); })) return Outcome::stopped;
  return Outcome::completed;
}

double Trainer::validate() const {
  const at::NoGradGuard no_grad;
  double sum = 0;
  std::int64_t count = 0;
  for (const data::Batch& batch : batches_->validation()) {
    sum += network_->loss(batch.input, batch.target).item<double>() * static_cast<double>(batch.target.numel());
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

}  // namespace steepest::experiment
