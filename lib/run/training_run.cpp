// training_run.cpp: what values of a training go together, and what it costs, from the shapes that it really has.
#include "run/training_run.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "options/valid_text.h"

namespace steepest::run {
namespace {

using options::InputError;

std::string text(std::int64_t number) { return std::to_string(number); }

void check_device(const TrainingRun& run) {
  const std::string& device = run.device;
  const std::string index = device.rfind("cuda:", 0) == 0 ? device.substr(5) : "";
  const bool numbered = !index.empty() && index.size() <= 3 && index.find_first_not_of("0123456789") == std::string::npos;
  if (device == "cpu" || device == "cuda" || numbered) return;
  throw InputError({"device", "found " + options::quoted(device), "cpu, cuda, or cuda:N", options::nearest_name(device, {"cpu", "cuda"})});
}

void check_rank(const TrainingRun& run) {
  for (const auto& shape : model::hidden_shapes(run.model)) {
    const std::int64_t most = std::min(shape.fan_in, shape.fan_out);
    if (shape.rank <= most || shape.count == 0) continue;  // of a checkpoint that was not looked into yet nothing is known
    throw InputError({"model.rank",
                      "rank " + text(shape.rank) + " is more than a " + shape.name + " matrix of " + text(shape.fan_out) + " x " +
                          text(shape.fan_in) + " can have",
                      "at most " + text(most) + ", or dense"});
  }
}

void check_optimizers(const TrainingRun& run) {
  const auto [name, takes_matrices] = std::visit(
      [](const auto& chosen) {
        using Chosen = std::decay_t<decltype(chosen)>;
        return std::pair<std::string, bool>(Chosen::kName, Chosen::kTakesMatrices);
      },
      run.optimizer);
  if (!takes_matrices) {
    const std::string problem = name + " updates pairs of low-rank factors, and ";
    if (model::rank(run.model) == 0)
      throw InputError({"optimizer.name", problem + "model.rank is dense", "optimizer=muon for dense matrices, or a model.rank >= 1"});
    for (const auto& shape : model::hidden_shapes(run.model)) {
      if (shape.rank == 0 && !run.base)
        throw InputError({"model.low_rank_layers", problem + shape.kind + " is dense", "all hidden layers, or optimizer=muon"});
    }
  }
  if (!std::holds_alternative<optim::AdamWOptions>(run.embedding_optimizer)) {
    throw InputError(
        {"embedding_optimizer.name", "embedding and head are tables of rows, which a spectral optimizer does not suit", "adamw"});
  }
}

/// λ·η < 1 for every matrix, or the decay would overshoot zero.
void check_decay(const std::string& key, const optim::AnyOptions& optimizer, double rate_factor) {
  std::visit(
      [&](const auto& chosen) {
        if constexpr (requires { chosen.weight_decay; }) {
          const double product = chosen.learning_rate * rate_factor * chosen.weight_decay;
          if (!(product < 1)) {
            throw InputError({key + ".weight_decay",
                              "learning_rate * weight_decay is " + options::number_text(product) + " for one of the matrices",
                              "a product below 1"});
          }
        }
        if constexpr (requires { chosen.betas; }) {
          if (chosen.betas.size() != 2)
            throw InputError({key + ".betas", "found " + std::to_string(chosen.betas.size()) + " numbers", "a list of two numbers"});
        }
      },
      optimizer);
}

void check_checksum(const std::string& sha256, const std::string& key) {
  const bool hexadecimal = sha256.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (!sha256.empty() && !(sha256.size() == 64 && hexadecimal))
    throw InputError({key, "found " + options::quoted(sha256), "64 digits 0-9 a-f, or empty"});
}

/// A file of the data directory, and its checksum, which may be left open.
void check_file(const std::string& file, const std::string& sha256, const std::string& section) {
  if (file.empty() || file.find('/') != std::string::npos) {
    throw InputError(
        {section + ".file", "found " + options::quoted(file), "a file name without directories; the directory is STEEPEST_DATA_DIR"});
  }
  check_checksum(sha256, section + ".sha256");
}

/// What reads tokens has a vocabulary of its own, and what reads characters has theirs.
void check_tokens(const TrainingRun& run) {
  const bool llama = std::holds_alternative<model::LlamaOptions>(run.model), tokens = run.data.name == "tokens";
  if (llama && !tokens)
    throw InputError({"data.name", "found " + options::quoted(run.data.name) + ", and a checkpoint reads tokens of its own tokenizer",
                      "data=tokens data.file=NAME, a file that setup/token_file.py has made"});
  if (!llama && tokens && run.base)
    throw InputError(
        {"data.name", "found \"tokens\", and a base of the run's own model reads the characters of a text", "a text, or model=llama"});
  const auto* trained = run.base ? std::get_if<TrainedBase>(&*run.base) : nullptr;
  if (trained && trained->data.name == "tokens")
    throw InputError({"base.data.name", "found \"tokens\", and the base reads the characters of the run's own text", "a text"});
}

/// `section`: where the corpus stands.
void check_corpus(const data::DataOptions& data, std::int64_t context, const std::string& section) {
  if (data.name == "synthetic") {
    const double validation = std::floor(static_cast<double>(data.characters) * data.validation_fraction);
    if (validation <= static_cast<double>(context)) {
      throw InputError({section + ".characters",
                        "the validation part of " + options::number_text(validation) + " characters holds no window of " + text(context) +
                            " and its target",
                        "more characters, a larger " + section + ".validation_fraction, or a smaller training.context"});
    }
    if (data.vocabulary != 0 && data.vocabulary != data::kSyntheticVocabulary) {
      throw InputError(
          {section + ".vocabulary",
           "found " + text(data.vocabulary) + ", and the synthetic source makes " + text(data::kSyntheticVocabulary) + " characters",
           text(data::kSyntheticVocabulary)});
    }
  } else {
    check_file(data.file, data.sha256, section);
  }
}

void check_data(const TrainingRun& run) {
  check_tokens(run);
  check_corpus(run.data, run.training.context, "data");
  if (!run.other_data) return;
  if ((run.other_data->name == "tokens") != (run.data.name == "tokens"))
    throw InputError({"other_data.name", "found " + options::quoted(run.other_data->name) + " beside data.name=" + run.data.name,
                      "tokens of the same tokenizer beside tokens, a text beside a text"});
  check_corpus(*run.other_data, run.training.context, "other_data");
}

bool has_factors(const model::AnyOptions& options) {
  const auto shapes = model::hidden_shapes(options);
  return std::any_of(shapes.begin(), shapes.end(), [](const auto& shape) { return shape.rank > 0; });
}

/// A Llama is a checkpoint, and a checkpoint is a Llama.
void check_checkpoint(const TrainingRun& run) {
  const auto* llama = std::get_if<model::LlamaOptions>(&run.model);
  const auto* checkpoint = checkpoint_of(run);
  if (!llama && !checkpoint) return;
  if (!checkpoint)
    throw InputError(
        {"base.name", "model=llama has no checkpoint that it is read from", "+base=checkpoint base.path=DIR, or +base=smollm2"});
  if (!llama) throw InputError({"model.name", "a checkpoint is of Llama's architecture, and the model is the transformer", "model=llama"});
  if (checkpoint->path.empty())
    throw InputError({"base.path", "no folder is named", "the folder of a checkpoint, below STEEPEST_DATA_DIR or data"});
  check_checksum(checkpoint->sha256, "base.sha256");
  check_checksum(checkpoint->adapter_sha256, "base.adapter_sha256");
  if (!checkpoint->adapter.empty() && llama->init.factors != "lora")
    throw InputError(
        {"model.init.factors", "found " + options::quoted(llama->init.factors) + ", and training starts from base.adapter", "lora"});
}

/// The base is a run of its own; what is wrong with it is said of the keys that the user gave.
void check_base(const TrainingRun& run) {
  check_checkpoint(run);
  const std::string factors = model::start_of_factors(run.model);
  if (!run.base) {
    if (factors == "lora" || factors == "principal") {
      throw InputError({"model.init.factors", "found \"" + factors + "\" in a run from scratch",
                        "orthonormal, normal or spectral; or a base to fine-tune, +base=austen"});
    }
    return;
  }
  if (model::rank(run.model) > 0 && !has_factors(run.model))
    throw InputError({"model.low_rank_layers", "nothing would be trained",
                      "at least one of the names that `steepest config --explain model.low_rank_layers` lists"});
  if (const auto* loaded = std::get_if<LoadedBase>(&*run.base))
    return check_file(loaded->weights.file, loaded->weights.sha256, "base.weights");
  if (checkpoint_of(run)) return;
  try {
    training_of(std::get<TrainedBase>(*run.base), run).check();
  } catch (const InputError& error) {
    const std::string& key = error.parts().key;
    throw key.rfind("model", 0) == 0 || key == "device" ? error : error.below("base");
  }
}

double update_flops(const optim::AnyOptions& optimizer, const optim::PairShape& shape) {
  return std::visit([&](const auto& chosen) { return chosen.cost(shape).flops; }, optimizer);
}

/// Of one step of both optimizers.
double update_flops(const TrainingRun& run) {
  const model::Trained trained = run.trained();
  const int bytes = run.precision == "float64" ? 8 : 4;
  double flops = 0;
  for (const model::HiddenShape& shape : model::hidden_shapes(run.model)) {
    if (!trained.hidden(model::rank(run.model), shape)) continue;
    const optim::PairShape pair{static_cast<double>(shape.fan_out), static_cast<double>(shape.fan_in), static_cast<double>(shape.rank),
                                bytes, model::start_of_factors(run.model) == "lora"};
    flops += static_cast<double>(shape.count) * update_flops(run.optimizer, pair);
  }
  const auto [count, vocabulary, width] = model::tables(run.model, run.data.vocabulary);
  const optim::PairShape table{static_cast<double>(vocabulary), static_cast<double>(width), 0, bytes};
  if (trained.tables) flops += static_cast<double>(count) * update_flops(run.embedding_optimizer, table);
  return flops;
}

}  // namespace

void TrainingRun::check() const {
  check_device(*this);
  model::check(model);
  check_rank(*this);
  check_base(*this);
  check_optimizers(*this);
  double factor = 1;
  if (training.rate_by_shape == "sqrt_fan_ratio") {
    for (const auto& shape : model::hidden_shapes(model)) {
      if (shape.count == 0) continue;
      factor = std::max(factor, std::sqrt(static_cast<double>(shape.fan_out) / static_cast<double>(shape.fan_in)));
    }
  }
  check_decay("optimizer", optimizer, factor);
  check_decay("embedding_optimizer", embedding_optimizer, 1);
  check_data(*this);
  if (schedule.warmup_steps > training.steps) {
    throw InputError({"schedule.warmup_steps", text(schedule.warmup_steps) + " steps of warm-up in a run of " + text(training.steps),
                      "at most training.steps"});
  }
}

double TrainingRun::flops() const {
  if (data.vocabulary < 1) throw std::invalid_argument("the size of the vocabulary is left open");
  const double tokens = static_cast<double>(training.batch) * static_cast<double>(training.context);
  const double step = tokens * model::training_flops_per_token(model, training.context, data.vocabulary, trained()) + update_flops(*this);
  return static_cast<double>(training.steps) * step;
}

model::Trained TrainingRun::trained() const { return {base.has_value(), !base || !run::frozen_tables(*base)}; }

const CheckpointBase* checkpoint_of(const TrainingRun& run) { return run.base ? std::get_if<CheckpointBase>(&*run.base) : nullptr; }

CheckpointBase* checkpoint_of(TrainingRun& run) { return run.base ? std::get_if<CheckpointBase>(&*run.base) : nullptr; }

bool frozen_tables(const AnyBase& base) {
  return std::visit([](const auto& chosen) { return chosen.frozen_tables; }, base);
}

TrainingRun training_of(const TrainedBase& base, const TrainingRun& run) {
  TrainingRun result;
  result.seed = base.seed;
  result.device = run.device;
  result.precision = run.precision;
  result.kernels = run.kernels;
  result.model = model::dense(run.model);
  result.optimizer = base.optimizer;
  result.embedding_optimizer = base.embedding_optimizer;
  result.data = base.data;
  result.schedule = base.schedule;
  result.training = base.training;
  return result;
}

}  // namespace steepest::run
