// progress_document.cpp: how far a study is; see study_document.h.
#include <algorithm>
#include <set>

#include "page/study_document.h"
#include "page/thin.h"
#include "store/run_states.h"
#include "sweep/study_left.h"

namespace steepest::page {
namespace {

using nlohmann::ordered_json;
using store::RunStatus;

constexpr std::size_t kPointsOfRun = 60;

/// The loss of a run so far: of what it trains on, or of a flow.
ordered_json course_of(const store::Reader& reader, const store::RunSummary& run) {
  ordered_json course{{"run", run.id}, {"cell", run.cell}, {"seed", run.seed}, {"step", run.step}};
  const auto state = store::run_state(reader, run.id);
  course["steps"] = state ? state->total_steps : 0;
  for (const char* metric : {"train_loss", "loss"}) {
    const auto points = reader.metrics(run.id, metric);
    if (points.empty()) continue;
    course["metric"] = metric;
    course["at"] = course["values"] = ordered_json::array();
    const std::size_t stretch = (points.size() + kPointsOfRun - 1) / kPointsOfRun;
    for (std::size_t begin = 0; begin < points.size(); begin += stretch) {
      const std::size_t end = std::min(points.size(), begin + stretch);
      double sum = 0;
      for (std::size_t i = begin; i < end; ++i) sum += points[i].value;
      course["at"].push_back(points[end - 1].step);
      course["values"].push_back(rounded(sum / static_cast<double>(end - begin)));
    }
    break;
  }
  return course;
}

}  // namespace

ordered_json progress_document(const store::Reader& reader, std::int64_t study, const std::string& scale) {
  const auto progress = reader.progress(study, scale);
  std::set<std::string> cells, open;
  ordered_json running = ordered_json::array();
  for (const auto& run : reader.runs(study, scale)) {
    const auto cell = run.cell.dump();
    cells.insert(cell);
    if (run.status == RunStatus::queued || run.status == RunStatus::running || run.status == RunStatus::interrupted) open.insert(cell);
    if (run.status == RunStatus::running) running.push_back(course_of(reader, run));
  }
  const auto left = open.empty() ? std::optional(0.0) : sweep::study_seconds_left(reader, study, scale);
  return {{"runs", progress.total()},
          {"queued", progress.queued},
          {"running", progress.running},
          {"completed", progress.completed},
          {"diverged", progress.diverged},
          {"failed", progress.failed},
          {"interrupted", progress.interrupted},
          {"cells", cells.size()},
          {"filled", cells.size() - open.size()},
          {"done", progress.flops_total > 0 ? rounded(progress.flops_done / progress.flops_total) : 0.0},
          {"seconds_left", left ? ordered_json(rounded(*left, 3)) : ordered_json()},
          {"held", running}};
}

}  // namespace steepest::page
