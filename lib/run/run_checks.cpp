// run_checks.cpp: the checks across keys, so that nonsense is refused before anything runs.
#include "run/run_checks.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "model/transformer_shapes.h"
#include "options/error.h"
#include "options/valid_text.h"

namespace steepest::run {
namespace {

using options::InputError;

[[noreturn]] void fail(const std::string& key, const std::string& problem, const std::string& valid) {
  throw InputError({key, problem, valid, "", "", 0});
}

std::string text(std::int64_t number) { return std::to_string(number); }

void check_device(const TrainingRun& run) {
  const std::string& device = run.device;
  const std::string index = device.rfind("cuda:", 0) == 0 ? device.substr(5) : "";
  const bool numbered = !index.empty() && index.size() <= 3 && index.find_first_not_of("0123456789") == std::string::npos;
  if (device == "cpu" || device == "cuda" || numbered) return;
  throw InputError({"device", "found " + options::quoted(device), "cpu, cuda, or cuda:N", options::nearest_name(device, {"cpu", "cuda"}), "", 0});
}

void check_model(const TrainingRun& run) {
  const auto& model = run.model;
  if (model.width % model.heads != 0) {
    std::string divisors;
    for (std::int64_t n = 1; n <= std::min<std::int64_t>(model.width, 64); ++n) {
      const bool even = model.position != "rope" || (model.width / n) % 2 == 0;
      if (model.width % n == 0 && even) divisors += (divisors.empty() ? "" : ", ") + text(n);
    }
    fail("model.heads", text(model.heads) + " heads do not divide the width " + text(model.width), divisors);
  }
  const std::int64_t head = model.width / model.heads;
  if (model.position == "rope" && head % 2 != 0) {
    fail("model.heads", "a head of size " + text(head) + " (width / heads) is odd, and position=rope rotates pairs", "an even width / heads, or model.position=none");
  }
  if (model::mlp_size(model) < 1) fail("model.mlp_ratio", "the MLP would have no hidden units", "mlp_ratio * width >= 1");
  for (const auto& shape : model::block_shapes(model)) {
    const std::int64_t most = std::min(shape.fan_in, shape.fan_out);
    if (shape.rank > most) {
      fail("model.rank", "rank " + text(shape.rank) + " is more than a " + shape.name + " matrix of " + text(shape.fan_out) + " x " + text(shape.fan_in) + " can have",
           "at most " + text(most) + ", or dense");
    }
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
    if (run.model.rank == 0) fail("optimizer.name", problem + "model.rank is dense", "optimizer=muon for dense matrices, or a model.rank >= 1");
    for (const auto& shape : model::block_shapes(run.model)) {
      if (shape.rank == 0 && !run.base) fail("model.low_rank_layers", problem + shape.kind + " is dense", "all hidden layers, or optimizer=muon");
    }
  }
  if (!std::holds_alternative<optim::AdamWOptions>(run.embedding_optimizer)) {
    fail("embedding_optimizer.name", "embedding and head are tables of rows, which a spectral optimizer does not suit", "adamw");
  }
}

/// λ·η < 1 for every matrix, or the decay would overshoot zero.
void check_decay(const std::string& key, const optim::AnyOptions& optimizer, double rate_factor) {
  std::visit(
      [&](const auto& chosen) {
        if constexpr (requires { chosen.weight_decay; }) {
          const double product = chosen.learning_rate * rate_factor * chosen.weight_decay;
          if (!(product < 1)) {
            fail(key + ".weight_decay", "learning_rate * weight_decay is " + options::number_text(product) + " for one of the matrices", "a product below 1");
          }
        }
        if constexpr (requires { chosen.betas; }) {
          if (chosen.betas.size() != 2) fail(key + ".betas", "found " + std::to_string(chosen.betas.size()) + " numbers", "a list of two numbers");
        }
      },
      optimizer);
}

void check_data(const TrainingRun& run) {
  const auto& data = run.data;
  if (data.name == "synthetic") {
    const double validation = std::floor(static_cast<double>(data.characters) * data.validation_fraction);
    if (validation <= static_cast<double>(run.training.context)) {
      fail("data.characters", "the validation part of " + options::number_text(validation) + " characters holds no window of " + text(run.training.context) + " and its target",
           "more characters, a larger data.validation_fraction, or a smaller training.context");
    }
    if (data.vocabulary != 0 && data.vocabulary != data::kSyntheticVocabulary) {
      fail("data.vocabulary", "found " + text(data.vocabulary) + ", and the synthetic source makes " + text(data::kSyntheticVocabulary) + " characters", text(data::kSyntheticVocabulary));
    }
  } else if (data.file.empty() || data.file.find('/') != std::string::npos) {
    fail("data.file", "found " + options::quoted(data.file), "a file name without directories; the directory is STEEPEST_DATA_DIR");
  }
  const bool hexadecimal = data.sha256.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (!data.sha256.empty() && !(data.sha256.size() == 64 && hexadecimal)) {
    fail("data.sha256", "found " + options::quoted(data.sha256), "64 digits 0-9 a-f, or empty");
  }
}

/// The base is a run of its own; what is wrong with it is said of the keys that the user gave.
void check_base(const TrainingRun& run) {
  const std::string& factors = run.model.init.factors;
  if (!run.base) {
    if (factors == "lora" || factors == "principal") {
      fail("model.init.factors", "found \"" + factors + "\" in a run from scratch", "orthonormal, normal or spectral; or a base to fine-tune, +base=austen");
    }
    return;
  }
  if (run.model.rank > 0 && run.model.low_rank_layers.empty()) fail("model.low_rank_layers", "nothing would be trained", "at least one of query, key, value, output, mlp");
  try {
    check_run(training_of_base(run));
  } catch (const InputError& error) {
    const std::string& key = error.parts().key;
    throw key.rfind("model", 0) == 0 || key == "device" ? error : error.below("base");
  }
}

}  // namespace

void check_run(const FlowRun& run) {
  const auto& problem = run.problem;
  const std::int64_t most = std::min(problem.rows, problem.columns);
  const std::string sizes = text(problem.rows) + " x " + text(problem.columns);
  if (problem.rank > most) fail("problem.rank", "rank " + text(problem.rank) + " is more than a matrix of " + sizes + " can have", "at most " + text(most));
  const auto modes = static_cast<std::int64_t>(problem.singular_values.size());
  if (modes == 0 || modes > most) fail("problem.singular_values", "found " + text(modes) + " singular values of a matrix of " + sizes, "1 to " + text(most));
  const double steps = run.flow.end_time / run.flow.time_step;
  if (!(steps >= 1 && steps <= 1e7)) fail("flow.end_time", options::number_text(steps) + " steps of flow.time_step", "1 to 10 million steps");
}

void check_run(const TrainingRun& run) {
  check_device(run);
  check_model(run);
  check_base(run);
  check_optimizers(run);
  double factor = 1;
  if (run.training.rate_by_shape == "sqrt_fan_ratio") {
    for (const auto& shape : model::block_shapes(run.model)) {
      factor = std::max(factor, std::sqrt(static_cast<double>(shape.fan_out) / static_cast<double>(shape.fan_in)));
    }
  }
  check_decay("optimizer", run.optimizer, factor);
  check_decay("embedding_optimizer", run.embedding_optimizer, 1);
  check_data(run);
  if (run.schedule.warmup_steps > run.training.steps) {
    fail("schedule.warmup_steps", text(run.schedule.warmup_steps) + " steps of warm-up in a run of " + text(run.training.steps), "at most training.steps");
  }
}

}  // namespace steepest::run
