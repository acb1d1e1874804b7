// flow_run.cpp: see flow_run.h.
#include "run/flow_run.h"

#include <algorithm>

#include "options/valid_text.h"

namespace steepest::run {

void FlowRun::check() const {
  using options::InputError;
  const auto text = [](std::int64_t number) { return std::to_string(number); };
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
  if (problem.start == "balanced" && problem.starts > 1)
    throw InputError({"problem.starts", "found " + text(problem.starts) + ", and the balanced start has nothing random", "1, or start=zero"});
  const double count = flow.end_time / flow.time_step;
  if (!(count >= 1 && count <= 1e7)) {
    throw InputError({"flow.end_time", options::number_text(count) + " steps of flow.time_step", "1 to 10 million steps"});
  }
}

}  // namespace steepest::run
