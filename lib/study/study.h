// study.h: a study file and what it plans: one resolved, validated configuration per run.
#pragma once
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "hydra/composer.h"
#include "run/inputs.h"
#include "run/observations.h"
#include "run/workload.h"

namespace steepest::study {

/// One run that a study asks for.
struct PlannedRun {
  nlohmann::json config;  ///< resolved and validated, every option explicit
  nlohmann::json cell;    ///< swept keys with this run's values, without `seed`
  std::int64_t seed;
  std::string identity;                      ///< hash of everything that can change the numbers
  double flops;                              ///< estimated training cost
  std::string family;                        ///< the identity but for the seed
  nlohmann::json numerics;                   ///< of which versions of the code its numbers are
  run::Observations observations;            ///< how often it is looked at
  run::Workload work = {};                   ///< what its time is made of
  std::optional<std::int64_t> ordinal = {};  ///< its place in the study; empty: that among `runs`
};

/// What a study of growing grids may come to.
struct Growth {
  std::string rate, metric;        ///< the key that grows, and what is judged, by its last value
  std::vector<PlannedRun> beyond;  ///< every run that it may ask for in addition, up to the limits
};

struct Study {
  std::string name, title, scale;
  nlohmann::json definition;     ///< the study file as JSON, `${...}` kept; `asked`: the words of a call that is more or less than a file
  std::vector<PlannedRun> runs;  ///< distinct identities, in the order of the sweep
  bool whole = false;            ///< all that a file asks for at this scale, and nothing else
  std::optional<Growth> growth = {};
};

/// Loads study/<name>.yaml at a scale, with further overrides (which may sweep). Everything is composed and validated before anything is
/// returned. Overrides of the seed and of what the study sweeps choose from its grid, or extend it. Others, if they change a run at all,
/// make another study, a variant: `name` with them behind it, with the same report. `name` empty: a study of the overrides alone, composed
/// from `composer`'s root and named after them (without the seeds); a study may name a root of its own (`config_name`). `complete` is asked
/// about every corpus.
Study load_study(const hydra::Composer& composer, const std::string& name, const std::string& scale,
                 const std::vector<std::string>& overrides, const run::Completion& complete = {});

/// The folder of experiments: groups, roots, and beside them the folders of studies, claims and proxies, which are no groups.
hydra::Composer experiments(const std::filesystem::path& directory);

/// Names of the study files.
std::vector<std::string> study_names(const hydra::Composer& composer);

/// Names of files in the folder of studies that no command line can name as a study: `x=y` reads as an override, `-x` as an option.
std::vector<std::string> misnamed_studies(const hydra::Composer& composer);

}  // namespace steepest::study
