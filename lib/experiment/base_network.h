// base_network.h: the network that a run fine-tunes, trained once and kept.
#pragma once
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "experiment/run_options.h"
#include "model/transformer.h"

namespace steepest::experiment {

/// Trains the base of `run` (training_of_base), or takes it from `folder`, where it is kept as base-HASH.pt. The file only saves
/// time: with or without it the bits are the same. `vocabulary`: the characters of the run's own corpus. `proceed` is asked after every
/// step; if it says no, what is done so far is kept and null is returned. Throws options::InputError where the base's corpus is
/// missing or unfit, std::runtime_error if the base diverges.
std::shared_ptr<model::Transformer> base_network(const TrainingRun& run, const std::string& vocabulary, const std::filesystem::path& data,
                                                 const std::filesystem::path& folder, const std::function<bool()>& proceed);

}  // namespace steepest::experiment
