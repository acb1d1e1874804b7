// flow_run.cpp: see flow_run.h.
#include "run/flow_run.h"

#include <algorithm>

#include "options/valid_text.h"

namespace steepest::run {

namespace {

using options::InputError;

std::string text(std::int64_t number) { return std::to_string(number); }

void check_problem(const flow::ProblemOptions& problem) {
  const std::int64_t most = std::min(problem.rows, problem.columns);
  const std::string sizes = text(problem.rows) + " x " + text(problem.columns);
  if (problem.rank > most) {
    const std::string found = "rank " + text(problem.rank) + " is more than a matrix of " + sizes + " can have";
    throw InputError({"problem.rank", found, "at most " + text(most)});
  }
  const auto modes = static_cast<std::int64_t>(problem.singular_values.size());
  if (modes == 0 || modes > most) {
    const std::string found = "found " + text(modes) + " singular values of a matrix of " + sizes;
    throw InputError({"problem.singular_values", found, "1 to " + text(most)});
  }
  if (problem.start == "saddle" && problem.without_mode > modes)
    throw InputError({"problem.without_mode", "found " + text(problem.without_mode) + " of a target with " + text(modes) + " modes",
                      "1 to " + text(modes)});
  if (problem.start_scale == 0 && problem.start != "saddle")
    throw InputError({"problem.start_scale", "found 0, at which nothing moves", "above 0, or start=saddle"});
  if (problem.starts > 1 && !problem.random_start()) {
    const std::string found = "found " + text(problem.starts) + ", and a start that is " + problem.start + " has nothing random";
    throw InputError({"problem.starts", found, "1, or start=zero"});
  }
}

/// What only Euler's steps, or only some of the rest, can do.
void check_flow(const FlowRun& run) {
  const auto& flow = run.flow;
  const double count = flow.end_time / flow.time_step;
  if (!(count >= 1 && count <= 1e7))
    throw InputError({"flow.end_time", options::number_text(count) + " steps of flow.time_step", "1 to 10 million steps"});
  if (flow.spectral() && flow.orthogonalizer != matrix::MsignMethod::svd && flow.smoothing_squared > 0) {
    const std::string found =
        "found " + options::number_text(flow.smoothing_squared) + ", and " + options::choice_name(flow.orthogonalizer) + " smooths nothing";
    throw InputError({"flow.smoothing_squared", found, "exact, or orthogonalizer=svd"});
  }
  if (flow.integrator != flow::Integrator::adaptive) return;
  const auto need = [](bool holds, const char* key, const std::string& found, const char* valid) {
    if (!holds) throw InputError({key, "found " + found + " with integrator=adaptive", valid});
  };
  need(flow.momentum == 0, "flow.momentum", options::number_text(flow.momentum), "0: momentum is part of a discrete method, euler");
  need(flow.orthogonalizer == matrix::MsignMethod::svd, "flow.orthogonalizer", options::choice_name(flow.orthogonalizer), "svd");
  need(run.precision == "float64", "precision", run.precision, "float64");
  need(run.problem.starts == 1, "problem.starts", text(run.problem.starts), "1: each start has steps of its own");
}

}  // namespace

void FlowRun::check() const {
  check_problem(problem);
  check_flow(*this);
  if (probe && problem.starts > 1 && (probe->structure || probe->energy))
    throw InputError(
        {"probe", "found probes of " + text(problem.starts) + " starts that are followed together", "no probe, or problem.starts=1"});
}

}  // namespace steepest::run
