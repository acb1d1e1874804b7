// matching.cpp: see matching.h.
#include "run/matching.h"

#include <algorithm>
#include <cmath>

#include "options/error.h"

namespace steepest::run {
namespace {

/// What a step of a run costs, in the measure that is to be equal.
double step_cost(const TrainingRun& run, Match match, const Completion& known) {
  if (match == Match::flops) return run.flops() / static_cast<double>(run.training.steps);
  if (const auto seconds = known.step_seconds ? known.step_seconds(run) : std::nullopt; seconds && *seconds > 0) return *seconds;
  const auto rank = model::rank(run.model);
  throw options::InputError({"training.match",
                             "found seconds, and no completed run of this machine and build tells how long a step takes " +
                                 (rank == 0 ? std::string("with dense matrices") : "at rank " + std::to_string(rank)),
                             "tokens or flops, which measure it; seconds once they are done"});
}

}  // namespace

TrainingRun dense_counterpart(const TrainingRun& run) {
  TrainingRun dense = run;
  dense.model = model::dense(run.model);
  dense.optimizer = optim::MuonOptions{};
  return dense;
}

void match_steps(AnyRun& any, const Completion& known) {
  auto* run = std::get_if<TrainingRun>(&any);
  if (!run || run->training.match == Match::tokens) return;
  const Match match = run->training.match;
  run->training.match = Match::tokens;
  if (model::rank(run->model) == 0) return;
  const double ratio = step_cost(dense_counterpart(*run), match, known) / step_cost(*run, match, known);
  run->training.steps = std::max<std::int64_t>(1, std::llround(static_cast<double>(run->training.steps) * ratio));
}

}  // namespace steepest::run
