// step_bench.cpp: a run's steps on request, so that bench_peer.py can time them in turn with those of the peer (serve.py answers alike).
//
//   step_bench [OVERRIDES]                 composes a run from experiments/, then answers each line of standard input with a line:
//                                            step K       K steps of training: seconds by the clock on the wall, and of processor time
//                                            optimizer K  the same of K steps of both optimizers alone, the gradients held
//                                            hidden K     of the hidden matrices' optimizer alone
//                                            flops        floating-point operations of a step's products: of the network, of its optimizers
//   step_bench --record FILE [OVERRIDES]   trains the run and writes what check.py compares: parameters before and after, the first
//                                          step's gradients, batches, losses. FILE is for torch.load.
#include <torch/csrc/jit/serialization/pickle.h>

#include <cstdio>
#include <ctime>
#include <fstream>
#include <iostream>
#include <sstream>

#include "experiment/parameter_groups.h"
#include "experiment/trainer.h"
#include "options/error.h"
#include "run/run.h"
#include "study/study.h"

namespace {

using namespace steepest;
using Words = std::vector<std::string>;

run::TrainingRun composed_run(const Words& overrides) {
  const auto composed = study::experiments(STEEPEST_SOURCE_DIR "/experiments").compose(overrides);
  try {
    return std::get<run::TrainingRun>(run::read_run(composed.tree));
  } catch (const options::InputError& error) { throw composed.locate(error); }
}

struct Taken {
  double wall, processor;  // seconds
};

template <class Body>
Taken taken(Body&& body) {
  Taken result{};
  const std::clock_t start = std::clock();
  experiment::timed(result.wall, body);
  result.processor = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  return result;
}

class Steps {
 public:
  Steps(const run::TrainingRun& run, const data::Folders& data) : run_(run), trainer_(run, data), network_(trainer_.network()) {
    const auto corpus = data::load_corpus(run.data, data, run.training.context);
    data::Batches batches(corpus, static_cast<std::uint64_t>(run.seed), run.training.batch, run.training.context, at::kCPU);
    for (std::int64_t step = 0; step < kKept; ++step) batches_.push_back(batches.training(step));
    loss_ = model::make_loss_function(*network_, run.kernels, run.training.context, run.precision == "bf16");
    hidden_ = optim::make_optimizer(run.optimizer, experiment::hidden_groups(*network_, run));
    optim::ParameterGroup tables;
    tables.matrices = network_->tables();
    tables_ = optim::make_optimizer(run.embedding_optimizer, {tables});
  }

  Taken train(std::int64_t count) {
    held_ = false;
    std::int64_t left = count;
    experiment::Hooks hooks;
    hooks.metric = [](const std::string&, std::int64_t, double) {};
    hooks.proceed = [&](std::int64_t) { return --left > 0; };
    experiment::Outcome outcome{};
    const Taken result = taken([&] { outcome = trainer_.run(hooks); });
    if (outcome != experiment::Outcome::stopped) throw std::runtime_error("the run came to its end, or diverged");
    return result;
  }

  Taken update(std::int64_t count, bool tables) {
    if (!held_) differentiate();
    return taken([&] {
      for (std::int64_t i = 0; i < count; ++i) {
        hidden_.optimizer->step();
        if (tables) tables_.optimizer->step();
      }
    });
  }

  std::string flops() const {
    const auto& training = run_.training;
    const double network = static_cast<double>(training.batch * training.context) *
                           model::training_flops_per_token(run_.model, training.context, run_.data.vocabulary, run_.trained());
    std::ostringstream text;
    text << network << ' ' << run_.flops() / static_cast<double>(training.steps) - network;
    return text.str();
  }

  void record(const std::string& file) {
    c10::Dict<std::string, at::Tensor> record;
    const auto keep = [&](const std::string& name, const at::Tensor& value) { record.insert(name, value.detach().clone()); };
    for (const auto& parameter : network_->named_parameters()) keep("start/" + parameter.key(), parameter.value());
    differentiate();
    for (const auto& parameter : network_->named_parameters()) keep("gradient/" + parameter.key(), parameter.value().grad());
    for (std::int64_t step = 0; step < std::min(kKept, run_.training.steps); ++step) {
      keep("input/" + std::to_string(step), batches_[static_cast<std::size_t>(step)].input);
      keep("target/" + std::to_string(step), batches_[static_cast<std::size_t>(step)].target);
    }
    experiment::Hooks hooks;
    hooks.metric = [&](const std::string& name, std::int64_t step, double value) {
      keep(name + "/" + std::to_string(step - 1), at::scalar_tensor(value, at::kDouble));
    };
    hooks.proceed = [](std::int64_t) { return true; };
    if (trainer_.run(hooks) != experiment::Outcome::completed) throw std::runtime_error("the run diverged");
    for (const auto& parameter : network_->named_parameters()) keep("end/" + parameter.key(), parameter.value());
    const auto bytes = torch::jit::pickle_save(c10::IValue(record));
    std::ofstream(file, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  }

 private:
  static constexpr std::int64_t kKept = 8;  // batches of which a record tells

  void differentiate() {
    loss_->gradients(batches_[0].input, batches_[0].target);
    held_ = true;
  }

  run::TrainingRun run_;
  experiment::Trainer trainer_;
  std::shared_ptr<model::Model> network_;
  std::unique_ptr<model::LossFunction> loss_;
  std::vector<data::Batch> batches_;
  optim::ScheduledOptimizer hidden_, tables_;
  bool held_ = false;
};

void answer(Steps& steps) {
  std::string line;
  while (std::getline(std::cin, line)) {
    std::istringstream words(line);
    std::string what;
    std::int64_t count = 1;
    words >> what >> count;
    if (what == "flops") {
      std::printf("%s\n", steps.flops().c_str());
    } else {
      const Taken result = what == "step" ? steps.train(count) : steps.update(count, what == "optimizer");
      std::printf("%.9f %.9f\n", result.wall, result.processor);
    }
    std::fflush(stdout);
  }
}

}  // namespace

int main(int argc, char** argv) {
  Words words(argv + 1, argv + argc);
  std::string file;
  if (words.size() > 1 && words[0] == "--record") {
    file = words[1];
    words.erase(words.begin(), words.begin() + 2);
  }
  try {
    Steps steps(composed_run(words), data::data_folders(STEEPEST_SOURCE_DIR));
    if (file.empty()) {
      answer(steps);
    } else {
      steps.record(file);
    }
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "error: step_bench: " << error.what() << '\n';
    return 2;
  }
}
