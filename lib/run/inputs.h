// inputs.h: what a run leaves open about its corpora is filled in before it gets its identity, which covers what the run reads.
#pragma once
#include <functional>

#include "run/run.h"

namespace steepest::run {

/// Fills in the checksum and the vocabulary of a corpus where they are left open (data::Corpora does). Throws InputError with a key
/// below `data`.
using CompleteCorpus = std::function<void(data::DataOptions&)>;

/// Completes every corpus of a run, its own and its base's, of which complaints have `base.` before their key. Throws InputError where
/// something stays open.
void complete_inputs(AnyRun& run, const CompleteCorpus& complete);

}  // namespace steepest::run
