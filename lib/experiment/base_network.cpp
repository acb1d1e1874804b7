// base_network.cpp: see base_network.h.
#include "experiment/base_network.h"

#include <c10/util/Exception.h>

#include <stdexcept>

#include "config/identity.h"
#include "config/run_schema.h"
#include "digest/sha256.h"
#include "experiment/trainer.h"
#include "log/log.h"

namespace steepest::experiment {

std::shared_ptr<model::Transformer> base_network(const TrainingRun& run, const std::string& vocabulary, const std::filesystem::path& data,
                                                 const std::filesystem::path& folder, const std::function<bool()>& proceed) {
  const TrainingRun options = training_of_base(run);
  const std::string identity = digest::sha256(config::identity(config::to_json(options)) + vocabulary);
  const std::filesystem::path file = folder / ("base-" + identity + ".pt");
  const auto fresh = [&] { return std::make_unique<Trainer>(options, data, Start{vocabulary, nullptr}); };
  auto trainer = fresh();
  if (std::filesystem::exists(file)) {
    try {
      trainer->load(file, identity);
    } catch (const std::exception&) {
      log::warn("the base " + file.filename().string() + " cannot be read and is trained anew");
      trainer = fresh();
    }
  }
  if (trainer->step() == options.training.steps) return trainer->network();
  log::info("training the base " + identity.substr(0, 12) + ", " + std::to_string(options.training.steps - trainer->step()) + " steps");
  const Outcome outcome = trainer->run({[](const std::string&, std::int64_t, double) {}, [&](std::int64_t) { return proceed(); }});
  if (outcome == Outcome::diverged) throw std::runtime_error("the base diverged after " + std::to_string(trainer->step()) + " steps");
  trainer->save(file, identity);
  return outcome == Outcome::completed ? trainer->network() : nullptr;
}

}  // namespace steepest::experiment
