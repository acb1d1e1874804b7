// plan_runs.h: the runs of grids, each composed, checked and given its identity.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "study/study.h"
#include "study/study_file.h"

namespace steepest::study {

/// What the grids of a study sweep, but for the seed: the keys of its cells.
std::vector<std::string> swept_keys(const StudyFile& study);

/// The runs of a study's grids, with `keys` in their cells, of one identity once; stops early where `wanted` returns false for one.
std::vector<PlannedRun> plan_runs(const hydra::Composer& composer, const StudyFile& file, const std::vector<std::string>& keys,
                                  const run::Completion& complete, const std::function<bool(std::size_t, const PlannedRun&)>& wanted = {});

/// What its growing grids may add to `runs`. Rates that no run can have are told now, and not when the grid comes to them.
std::optional<Growth> growth_of(const hydra::Composer& composer, StudyFile file, const run::Completion& complete,
                                const std::vector<PlannedRun>& runs);

}  // namespace steepest::study
