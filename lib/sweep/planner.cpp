// planner.cpp: see planner.h.
#include "sweep/planner.h"

#include <algorithm>
#include <set>

#include "run/identity.h"
#include "run/numerics.h"
#include "store/run_states.h"
#include "sweep/words.h"

namespace steepest::sweep {
namespace {

using store::RunStatus;

bool open(RunStatus status) {
  return status == RunStatus::queued || status == RunStatus::running || status == RunStatus::interrupted;
}

/// Runs of earlier calls in the cells of this one that these runs replace: those of the same seed, and those of something else than the
/// cell stands for now, as after a change of the study's file, of a default or of the numerics version.
std::vector<std::int64_t> superseded(const store::Database& database, const Plan& plan, const study::Study& study) {
  std::vector<std::int64_t> runs;
  const auto beside = store::ties_in_cells_of(database, plan.study, study.scale, plan.id);
  if (beside.empty()) return runs;
  struct Cell { std::set<std::int64_t> seeds; std::set<std::string> stands_for; };
  std::map<std::string, Cell> cells;
  for (const auto& tie : beside) cells[tie.cell];
  for (const auto& run : study.runs) {
    const auto cell = cells.find(run.cell.dump());
    if (cell == cells.end()) continue;
    cell->second.seeds.insert(run.seed);
    cell->second.stands_for.insert(run::identity_but_for_seed(run.config, run::kNumericsVersion));
  }
  for (const auto& tie : beside) {
    const Cell& cell = cells.at(tie.cell);
    if (cell.seeds.count(tie.seed) > 0 || cell.stands_for.count(run::identity_but_for_seed(tie.config, tie.numerics_version)) == 0) runs.push_back(tie.run);
  }
  return runs;
}

}  // namespace

std::int64_t Plan::left() const {
  std::int64_t count = added + requeued;
  for (const auto& [status, number] : present) count += open(status) ? number : 0;
  return count;
}

std::optional<double> Plan::seconds_left(int jobs) const {
  if (left() == 0) return 0.0;
  if (!core_seconds_left) return {};
  const auto workers = std::clamp<std::int64_t>(left(), 1, std::max(1, jobs));
  return *core_seconds_left / static_cast<double>(workers);
}

Plan preview(const store::Database* database, const study::Study& study, bool retry_failed) {
  Plan plan;
  plan.total = static_cast<std::int64_t>(study.runs.size());
  if (database) plan.costs = CostModel(*database);
  double seconds_left = 0;
  bool known_costs = true;
  for (const auto& run : study.runs) {
    plan.flops_total += run.flops;
    const auto status = database ? store::status_of(*database, run.identity) : std::nullopt;
    const bool retried = status == RunStatus::failed && retry_failed;
    if (!status) ++plan.added;
    else if (retried) ++plan.requeued;
    else ++plan.present[*status];
    if (!status || retried || open(*status)) {
      plan.flops_left += run.flops;
      const auto seconds = plan.costs.seconds(run.flops);
      known_costs = known_costs && seconds;
      seconds_left += seconds.value_or(0);
    }
  }
  if (known_costs) plan.core_seconds_left = seconds_left;
  return plan;
}

Plan plan(store::Database& database, const study::Study& study, const PlanOptions& options) {
  Plan result;
  database.transaction([&] {
    result = preview(&database, study, options.retry_failed);
    store::close_dead_plans(database);
    if (options.tie) result.study = database.put_study(study.name, study.title, study.definition);
    store::PlanContent content{options.tie ? std::optional(result.study) : std::nullopt, study.scale, {}};
    for (const auto& run : study.runs) {
      const auto id = database.put_run({run.identity, run.config, run.seed, run::kNumericsVersion, run.flops});
      if (options.tie) database.tie(result.study, id, study.scale, run.cell, static_cast<std::int64_t>(content.runs.size()));
      content.runs.push_back({id, run.identity});
      result.runs.push_back({content.runs.back(), cell_text(run.cell), run.seed});
    }
    result.scale = study.scale;
    result.id = store::open_plan(database, content);
    if (options.retry_failed) result.requeued = store::requeue_failed(database, result.id);
    if (!options.tie) return;
    store::untie(database, result.study, study.scale, superseded(database, result, study));
    if (options.prune) result.pruned = store::prune(database, result.study, study.scale, result.id);
    result.beside = store::ties_beside(database, result.study, study.scale, result.id);
  });
  return result;
}

}  // namespace steepest::sweep
