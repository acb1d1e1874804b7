// training_run.cpp: what values of a training go together, and what it costs, from the shapes that it really has.
#include "run/training_run.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "options/section.h"
#include "options/valid_text.h"

namespace steepest::run {
namespace {

using options::InputError;

std::string text(std::int64_t number) { return std::to_string(number); }

void check_device(const std::string& device) {
  const std::string index = device.rfind("cuda:", 0) == 0 ? device.substr(5) : "";
  const bool numbered = !index.empty() && index.size() <= 3 && index.find_first_not_of("0123456789") == std::string::npos;
  if (device == "cpu" || device == "cuda" || numbered) return;
  throw InputError({"device", "found " + options::quoted(device), "cpu, cuda, or cuda:N", options::nearest_name(device, {"cpu", "cuda"})});
}

template <class Network>
void check_optimizers(const TrainingRun& run, const Network& network) {
  const bool takes_matrices = std::visit([](const auto& chosen) { return std::decay_t<decltype(chosen)>::kTakesMatrices; }, run.optimizer);
  if (!takes_matrices) {
    const std::string problem = options::name_of(run.optimizer) + " updates pairs of low-rank factors, and ";
    if (network.rank == 0) {
      throw InputError({"optimizer.name", problem + "model.rank is dense", "optimizer=muon for dense matrices, or a model.rank >= 1"});
    }
    for (const auto& shape : model::block_shapes(network)) {
      if (shape.rank > 0 || run.base) continue;
      throw InputError({"model.low_rank_layers", problem + shape.kind + " is dense", "all hidden layers, or optimizer=muon"});
    }
  }
  if (!std::holds_alternative<optim::AdamWOptions>(run.embedding_optimizer)) {
    throw InputError({"embedding_optimizer.name", "embedding and head are tables of rows, which a spectral optimizer does not suit",
                      optim::AdamWOptions::kName});
  }
}

/// λ·η < 1 for every matrix, or the decay would overshoot zero.
void check_decay(const std::string& key, const optim::AnyOptions& optimizer, double rate_factor) {
  std::visit(
      [&](const auto& chosen) {
        if constexpr (requires { chosen.weight_decay; }) {
          const double product = chosen.learning_rate * rate_factor * chosen.weight_decay;
          if (!(product < 1)) {
            const std::string problem = "learning_rate * weight_decay is " + options::number_text(product) + " for one of the matrices";
            throw InputError({key + ".weight_decay", problem, "a product below 1"});
          }
        }
        if constexpr (requires { chosen.betas; }) {
          if (chosen.betas.size() == 2) return;
          throw InputError({key + ".betas", "found " + std::to_string(chosen.betas.size()) + " numbers", "a list of two numbers"});
        }
      },
      optimizer);
}

/// The largest factor that the shape of a hidden matrix puts on its learning rate.
template <class Network>
double largest_rate_factor(const TrainingOptions& training, const Network& network) {
  double factor = 1;
  if (training.rate_by_shape != "sqrt_fan_ratio") return factor;
  for (const auto& shape : model::block_shapes(network)) {
    factor = std::max(factor, std::sqrt(static_cast<double>(shape.fan_out) / static_cast<double>(shape.fan_in)));
  }
  return factor;
}

void check_data(const data::DataOptions& data, std::int64_t context) {
  if (data.name == "synthetic") {
    const double validation = std::floor(static_cast<double>(data.characters) * data.validation_fraction);
    if (validation <= static_cast<double>(context)) {
      const std::string part = "the validation part of " + options::number_text(validation) + " characters";
      throw InputError({"data.characters", part + " holds no window of " + text(context) + " and its target",
                        "more characters, a larger data.validation_fraction, or a smaller training.context"});
    }
    if (const std::int64_t made = data::kSyntheticVocabulary; data.vocabulary != 0 && data.vocabulary != made) {
      const std::string found = "found " + text(data.vocabulary) + ", and the synthetic source makes " + text(made) + " characters";
      throw InputError({"data.vocabulary", found, text(made)});
    }
  } else if (data.file.empty() || data.file.find('/') != std::string::npos) {
    throw InputError({"data.file", "found " + options::quoted(data.file),
                      "a file name without directories; the directory is STEEPEST_DATA_DIR"});
  }
  const bool hexadecimal = data.sha256.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (!data.sha256.empty() && !(data.sha256.size() == 64 && hexadecimal)) {
    throw InputError({"data.sha256", "found " + options::quoted(data.sha256), "64 digits 0-9 a-f, or empty"});
  }
}

/// The base is a run of its own; what is wrong with it is said of the keys that the user gave.
template <class Network>
void check_base(const TrainingRun& run, const Network& network) {
  if (!run.base) {
    const std::string& factors = network.init.factors;
    if (factors != "lora" && factors != "principal") return;
    throw InputError({"model.init.factors", "found \"" + factors + "\" in a run from scratch",
                      "orthonormal, normal or spectral; or a base to fine-tune, +base=austen"});
  }
  if (network.rank > 0 && network.low_rank_layers.empty()) {
    throw InputError({"model.low_rank_layers", "nothing would be trained", "at least one of query, key, value, output, mlp"});
  }
  try {
    training_of_base(run).check();
  } catch (const InputError& error) {
    const std::string& key = error.parts().key;
    throw key.rfind("model", 0) == 0 || key == "device" ? error : error.below("base");
  }
}

double update_flops(const optim::AnyOptions& optimizer, const optim::PairShape& shape) {
  return std::visit([&](const auto& chosen) { return chosen.cost(shape).flops; }, optimizer);
}

/// Of one step of both optimizers.
template <class Network>
double update_flops(const TrainingRun& run, const Network& network, const model::Trained& trained) {
  const int bytes = run.precision == "float64" ? 8 : 4;
  double flops = 0;
  for (const auto& shape : model::block_shapes(network)) {
    if (!trained.hidden(network, shape)) continue;
    const optim::PairShape pair{static_cast<double>(shape.fan_out), static_cast<double>(shape.fan_in), static_cast<double>(shape.rank),
                                bytes, network.init.factors == "lora"};
    flops += static_cast<double>(network.layers) * update_flops(run.optimizer, pair);
  }
  const optim::PairShape table{static_cast<double>(run.data.vocabulary), static_cast<double>(network.width), 0, bytes};
  if (trained.tables) flops += (network.tied_head ? 1 : 2) * update_flops(run.embedding_optimizer, table);
  return flops;
}

template <class Network>
double flops_of_step(const TrainingRun& run, const Network& network) {
  const double tokens = static_cast<double>(run.training.batch) * static_cast<double>(run.training.context);
  const model::Trained trained{run.base.has_value(), !run.base || !run.base->frozen_tables};
  return tokens * model::training_flops_per_token(network, run.training.context, run.data.vocabulary, trained) +
         update_flops(run, network, trained);
}

}  // namespace

void TrainingRun::check() const {
  check_device(device);
  std::visit(
      [&](const auto& network) {
        model::check(network);
        check_base(*this, network);
        check_optimizers(*this, network);
        check_decay("optimizer", optimizer, largest_rate_factor(training, network));
      },
      model);
  check_decay("embedding_optimizer", embedding_optimizer, 1);
  check_data(data, training.context);
  if (schedule.warmup_steps > training.steps) {
    throw InputError({"schedule.warmup_steps", text(schedule.warmup_steps) + " steps of warm-up in a run of " + text(training.steps),
                      "at most training.steps"});
  }
}

double TrainingRun::flops() const {
  if (data.vocabulary < 1) throw std::invalid_argument("the size of the vocabulary is left open");
  return static_cast<double>(training.steps) * std::visit([&](const auto& network) { return flops_of_step(*this, network); }, model);
}

TrainingRun training_of_base(const TrainingRun& run) {
  const BaseRun& base = *run.base;
  const auto dense = std::visit([](const auto& network) -> model::AnyModel { return model::without_adapters(network); }, run.model);
  return {.seed = base.seed, .device = run.device, .precision = run.precision, .model = dense, .optimizer = base.optimizer,
          .embedding_optimizer = base.embedding_optimizer, .data = base.data, .schedule = base.schedule, .training = base.training};
}

}  // namespace steepest::run
