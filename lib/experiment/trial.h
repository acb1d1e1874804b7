// trial.h: how long a run's steps will take here, from its first few. Nothing is kept of them.
#pragma once
#include "data/folders.h"
#include "run/run.h"

namespace steepest::experiment {

/// Unit: seconds.
struct Trial {
  double step = 0;  ///< on the mean, without the first, which fills the buffers
  double look = 0;  ///< one validation; of a flow 0
};

/// Takes steps of the run for about a second, three at least or as many as it has. Throws options::InputError where the corpus is missing or the
/// device is not there, and for runs on a base, which would have to be trained first.
Trial trial(const run::AnyRun& run, const data::Folders& data_folders);

}  // namespace steepest::experiment
