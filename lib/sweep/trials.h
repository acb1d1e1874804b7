// trials.h: the time that a study takes where nothing like it was measured yet: the worker tries a few steps of some of its runs.
#pragma once
#include <filesystem>
#include <vector>

#include "study/study.h"
#include "sweep/cost_model.h"

namespace steepest::sweep {

/// A shape as the trial found it, in the form of a run that was measured.
struct Trial {
  run::Workload work;
  store::MeasuredRun measured;
};

/// `data`: the folders of the corpora. Of the study's shapes that `costs` does not know at most kTrials, from the cheapest step to the dearest, a second or two each. A shape that cannot be
/// tried (a run on a base) is left out, and so is everything after a worker that gives no answer: an estimate is worth no complaint.
std::vector<Trial> trials(const std::filesystem::path& worker, const std::string& data, const study::Study& study, const CostModel& costs);
inline constexpr std::size_t kTrials = 6;

}  // namespace steepest::sweep
