// inputs.h: what a run leaves open is filled in before it gets its identity.
#pragma once
#include <functional>
#include <optional>

#include "run/run.h"
#include "weights/adapter.h"

namespace steepest::run {

/// What the folder of a checkpoint holds.
struct CheckpointContent {
  std::string sha256;
  weights::LlamaShape shape;
  std::optional<weights::AdapterConfig> adapter = {};
  std::string adapter_sha256 = {};
};

/// What fills in what is left open. Empty: nothing is looked at.
struct Completion {
  /// The checksum and the vocabulary of a corpus, the checksum of a file (data::Corpora and data::KnownFiles do). Each throws InputError with
  /// a key below `data`, or of FileOptions.
  std::function<void(data::DataOptions&)> corpus = {};
  std::function<void(data::FileOptions&)> file = {};
  /// What a checkpoint and its adapter are, of which only the folders' names stay in the options. Throws InputError with a key below `base`.
  std::function<CheckpointContent(CheckpointBase&)> checkpoint = {};
  /// Seconds that a step of this run takes here, for training.match=seconds; empty where none like it was measured.
  std::function<std::optional<double>(const TrainingRun&)> step_seconds = {};
};

/// Completes every corpus and file that a run reads, its own and its base's, of which complaints have the section before their key. Throws
/// InputError where something stays open.
void complete_inputs(AnyRun& run, const Completion& complete);

}  // namespace steepest::run
