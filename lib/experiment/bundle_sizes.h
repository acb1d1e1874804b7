// bundle_sizes.h: how many runs are trained as one.
#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

#include "experiment/trainer.h"
#include "run/run.h"

namespace steepest::experiment {

/// What is asked for, as far as it is known to fit.
class BundleSizes {
 public:
  /// `asked`: at most so many; 0: on a GPU as many as fit, else one. `kept`: the file that remembers for later workers what fitted into `memory` bytes
  /// of a device (kept_sizes); what was found beside 5 % more or less is found anew. 0: that memory is not known, and nothing is kept.
  explicit BundleSizes(std::int64_t asked, std::filesystem::path kept = {}, double memory = 0);

  /// How many runs like this one to take at once. A flow is always alone.
  std::int64_t of(const run::AnyRun& run) const;
  /// Whether `of` is a guess, which runs_that_fit can mend.
  bool guessed(const run::AnyRun& run) const;
  void fits(const run::AnyRun& run, std::int64_t runs);
  /// So many were too many: half of them are next.
  void too_many(const run::AnyRun& run, std::int64_t runs) { fits(run, runs / 2); }

 private:
  std::int64_t asked_;
  std::filesystem::path kept_;
  double memory_;
  std::map<std::string, std::int64_t> known_;  // by shape
};

/// Where the workers of a folder of checkpoints keep what fits.
inline std::filesystem::path kept_sizes(const std::filesystem::path& checkpoints) { return checkpoints / "bundle_sizes.json"; }

/// How many fit into `memory` bytes, of which a part is left free, when one takes `one` at most and two take `two`.
std::int64_t runs_that_fit(double memory, double one, double two);

/// The same, measured: a few steps of one and of two trainings like this. As many as BundleSizes guesses where the device does not tell.
std::int64_t runs_that_fit(const run::TrainingRun& run, const data::Folders& folders, const Start& start);

}  // namespace steepest::experiment
