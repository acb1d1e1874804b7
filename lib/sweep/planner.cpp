// planner.cpp: see planner.h.
#include "sweep/planner.h"

#include <algorithm>
#include <set>
#include <vector>

#include "config/numerics.h"
#include "sweep/cost_model.h"

namespace steepest::sweep {
namespace {

using store::RunStatus;

bool open(RunStatus status) {
  return status == RunStatus::queued || status == RunStatus::running || status == RunStatus::interrupted;
}

/// Status of every run of the database by its identity.
std::map<std::string, RunStatus> known_runs(const store::Database& database) {
  std::map<std::string, RunStatus> known;
  for (const auto& row : database.query("SELECT identity, status FROM run").rows) {
    for (const auto status : {RunStatus::queued, RunStatus::running, RunStatus::completed, RunStatus::diverged,
                              RunStatus::failed, RunStatus::interrupted}) {
      if (row[1] == store::to_string(status)) known[row[0]] = status;
    }
  }
  return known;
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

Plan preview(const store::Database* database, const config::Study& study, bool retry_failed) {
  Plan plan;
  plan.total = static_cast<std::int64_t>(study.runs.size());
  if (database) plan.costs = CostModel(*database);
  double seconds_left = 0;
  bool known_costs = true;
  const auto known = database ? known_runs(*database) : std::map<std::string, RunStatus>{};
  for (const auto& run : study.runs) {
    plan.flops_total += run.flops;
    const auto found = known.find(run.identity);
    const bool retried = found != known.end() && found->second == RunStatus::failed && retry_failed;
    if (found == known.end()) ++plan.added;
    else if (retried) ++plan.requeued;
    else ++plan.present[found->second];
    if (found == known.end() || retried || open(found->second)) {
      plan.flops_left += run.flops;
      const auto seconds = plan.costs.seconds(run.flops);
      known_costs = known_costs && seconds;
      seconds_left += seconds.value_or(0);
    }
  }
  if (known_costs) plan.core_seconds_left = seconds_left;
  return plan;
}

Plan plan(store::Database& database, const config::Study& study, bool retry_failed) {
  Plan result = preview(&database, study, retry_failed);
  database.transaction([&] {
    result.study = database.put_study(study.name, study.title, study.definition);
    std::vector<std::int64_t> kept;
    for (const auto& run : study.runs) {
      kept.push_back(database.put_run({run.identity, run.config, run.seed, config::kNumericsVersion, run.flops}));
      database.tie(result.study, kept.back(), study.scale, run.cell, static_cast<std::int64_t>(kept.size()) - 1);
    }
    database.untie_except(result.study, study.scale, kept);
    if (retry_failed) result.requeued = database.requeue_failed(result.study, study.scale);
  });
  return result;
}

}  // namespace steepest::sweep
