// base_network.cpp: see base_network.h.
#include "experiment/base_network.h"

#include <chrono>
#include <stdexcept>
#include <thread>

#include "data/known_file.h"
#include "digest/sha256.h"
#include "experiment/file_lock.h"
#include "experiment/resume.h"
#include "experiment/trainer.h"
#include "log/log.h"
#include "model/llama.h"
#include "run/identity.h"
#include "weights/adapter.h"
#include "weights/tensors.h"

namespace steepest::experiment {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kLookAgain = std::chrono::milliseconds(100);

/// A complaint about the base's text is about `base.data`; what else there is to complain of, the device, is the run's own.
std::unique_ptr<Trainer> trainer_of_base(const run::TrainingRun& options, const data::Folders& data,
                                         const data::CharacterTokenizer& tokenizer) {
  try {
    return std::make_unique<Trainer>(options, data, Start{tokenizer, nullptr});
  } catch (const options::InputError& error) {
    if (error.parts().key.rfind("data.", 0) == 0) throw error.below("base");
    throw;
  }
}

/// False: told to leave before the lock was free.
bool hold(FileLock& lock, const std::string& base, const std::function<bool()>& proceed) {
  for (bool said = false; !lock.try_to_hold(); said = true) {
    if (!said) log::info("waiting for the base " + base + ", which another worker trains");
    if (!proceed()) return false;
    std::this_thread::sleep_for(kLookAgain);
  }
  return true;
}

std::shared_ptr<model::Model> network_of(const run::LoadedBase& base, const run::TrainingRun& run,
                                         const data::CharacterTokenizer& tokenizer, const BaseShelf& shelf) {
  try {
    const auto file = data::checked_file(base.weights, shelf.data);
    return model::load_model(model::dense(run.model), tokenizer.size(), file, placement_of(run));
  } catch (const options::InputError& error) { throw error.below("base.weights"); }
}

/// Throws InputError, with the key below `base`, where it is not there or holds other weights.
std::filesystem::path checked_folder(const std::string& name, const std::string& sha256, const char* key, const char* stem,
                                     const BaseShelf& shelf) {
  const auto folder = shelf.data.find(name);
  std::error_code ignored;
  if (!std::filesystem::is_directory(folder, ignored))
    throw options::InputError(
        {key, "there is no folder " + name + " in " + shelf.data.listed(), "set STEEPEST_DATA_DIR to a list of folders that holds it"});
  const std::string found = weights::Tensors::in_folder(folder, stem).sha256();
  if (!sha256.empty() && found != sha256)
    throw options::InputError({key, folder.string() + " has SHA-256 " + found + ", expected " + sha256, "the weights with that checksum"});
  return folder;
}

std::shared_ptr<model::Model> network_of(const run::CheckpointBase& base, const run::TrainingRun& run, const data::CharacterTokenizer&,
                                         const BaseShelf& shelf) {
  try {
    const auto& options = std::get<model::LlamaOptions>(run.model);
    const auto placement = placement_of(run);
    const auto network = model::load_llama(options, checked_folder(base.path, base.sha256, "path", "model", shelf), placement);
    if (base.adapter.empty()) return network;
    const auto adapter = checked_folder(base.adapter, base.adapter_sha256, "adapter", weights::kAdapterModel, shelf);
    network->set_start(model::load_adapter(options, adapter, placement));
    return network;
  } catch (const options::InputError& error) {
    throw error.parts().key.empty() || !error.parts().file.empty() ? error : error.below("base");
  }
}

std::shared_ptr<model::Model> network_of(const run::TrainedBase& base, const run::TrainingRun& run,
                                         const data::CharacterTokenizer& tokenizer, const BaseShelf& shelf) {
  const run::TrainingRun options = run::training_of(base, run);
  const std::string identity = digest::sha256(run::identity(options) + tokenizer.alphabet()), name = identity.substr(0, 12);
  const std::filesystem::path file = shelf.folder / ("base-" + identity + ".pt");
  FileLock lock(shelf.folder / ("base-" + identity + ".lock"));
  if (!hold(lock, name, shelf.proceed)) return nullptr;

  const auto fresh = [&] { return trainer_of_base(options, shelf.data, tokenizer); };
  auto trainer = fresh();
  if (const auto unusable = resume_from(file, identity, *trainer)) {
    shelf.note(*unusable + "; the base is trained anew");
    trainer = fresh();
  }
  if (trainer->step() == options.training.steps) return trainer->network();
  if (!shelf.proceed()) return nullptr;  // told to leave while another held the lock

  log::info("training the base " + name + ", " + std::to_string(options.training.steps - trainer->step()) + " steps");
  auto saved = Clock::now();
  const auto proceed = [&](std::int64_t) {
    if (!shelf.proceed()) return false;
    if (Clock::now() - saved >= std::chrono::duration<double>(shelf.checkpoint_seconds)) {
      trainer->save(file, identity);
      saved = Clock::now();
    }
    return true;
  };
  const Outcome outcome = trainer->run({[](const std::string&, std::int64_t, double) {}, proceed});
  if (outcome == Outcome::diverged) throw std::runtime_error("the base diverged after " + std::to_string(trainer->step()) + " steps");
  trainer->save(file, identity);
  return outcome == Outcome::completed ? trainer->network() : nullptr;
}

}  // namespace

std::shared_ptr<model::Model> base_network(const run::TrainingRun& run, const data::CharacterTokenizer& tokenizer, const BaseShelf& shelf) {
  return std::visit([&](const auto& base) { return network_of(base, run, tokenizer, shelf); }, *run.base);
}

}  // namespace steepest::experiment
