// base_network.h: the network that a run fine-tunes: trained once and kept, or loaded.
#pragma once
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "data/folders.h"
#include "data/tokenizer.h"
#include "model/model.h"
#include "run/training_run.h"

namespace steepest::experiment {

/// Where bases come from and are kept, and who is asked and told meanwhile.
struct BaseShelf {
  data::Folders data;                            ///< of corpora and weights
  std::filesystem::path folder;                  ///< of base-HASH.pt, and base-HASH.lock, which its trainer holds
  std::function<bool()> proceed;                 ///< asked after every step, and while another trains the base; no: leave
  std::function<void(const std::string&)> note;  ///< told of a file that was set aside
  double checkpoint_seconds = 20;                ///< between two checkpoints
};

/// The base of `run`, whatever kind it is of. Null if `proceed` said no: what is done so far is kept. `tokenizer`: that of the run's own corpus.
///
/// A trained one (run::training_of) is on the shelf or is trained and put there; of all processes that ask for it at a time one trains it and the
/// others wait. One that stops or dies leaves what it has done to the next. The file only saves time: with or without it the bits are the
/// same. A loaded one is read from its file. Throws options::InputError where the corpus or the file is missing or unfit, or a checkpoint
/// finds no room; std::runtime_error if the base diverges or its checkpoint can not be loaded now (resume.h).
std::shared_ptr<model::Model> base_network(const run::TrainingRun& run, const data::CharacterTokenizer& tokenizer, const BaseShelf& shelf);

}  // namespace steepest::experiment
