// inputs.h: what a run leaves open about what it reads is filled in before it gets its identity, which covers its content.
#pragma once
#include <functional>

#include "run/run.h"

namespace steepest::run {

/// Fills in what is left open: the checksum and the vocabulary of a corpus, the checksum of a file (data::Corpora and data::KnownFiles do). Each throws
/// InputError with a key below `data`, or of FileOptions. Empty: nothing is looked at.
struct CompleteInput {
  std::function<void(data::DataOptions&)> corpus = {};
  std::function<void(data::FileOptions&)> file = {};
};

/// Completes every corpus and file that a run reads, its own and its base's, of which complaints have the section before their key. Throws
/// InputError where something stays open.
void complete_inputs(AnyRun& run, const CompleteInput& complete);

}  // namespace steepest::run
