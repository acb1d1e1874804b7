// planner.cpp: see planner.h.
#include "sweep/planner.h"

#include <algorithm>
#include <set>

#include "options/error.h"
#include "run/observations.h"
#include "store/remake.h"
#include "store/run_states.h"
#include "sweep/cell_text.h"

namespace steepest::sweep {
namespace {

using store::RunStatus;

bool open(RunStatus status) { return status == RunStatus::queued || status == RunStatus::running || status == RunStatus::interrupted; }

/// Runs of earlier calls in the cells of this one that these runs replace: those of the same seed, and those of something else than the
/// cell stands for now, as after a change of the study's file, of a default or of the numerics.
std::vector<std::int64_t> superseded(const store::Reader& reader, const Plan& plan, const study::Study& study) {
  std::vector<std::int64_t> runs;
  const auto beside = store::ties_in_cells_of(reader, plan.study, study.scale, plan.id);
  if (beside.empty()) return runs;
  struct Cell {
    std::set<std::int64_t> seeds;
    std::set<std::string> stands_for;
  };
  std::map<std::string, Cell> cells;
  for (const auto& tie : beside) cells[tie.cell];
  for (const auto& run : study.runs) {
    const auto cell = cells.find(run.cell.dump());
    if (cell == cells.end()) continue;
    cell->second.seeds.insert(run.seed);
    cell->second.stands_for.insert(run.family);
  }
  for (const auto& tie : beside) {
    const Cell& cell = cells.at(tie.cell);
    if (cell.seeds.count(tie.seed) > 0 || cell.stands_for.count(tie.family) == 0) runs.push_back(tie.run);
  }
  return runs;
}

/// How a planned run goes on from what is stored of it.
enum class Course {
  add,         ///< nothing is
  stand,       ///< as it is
  watch,       ///< nobody has begun it: it is looked at more often
  start_over,  ///< it has no result
  make_again,  ///< it has one
  take_back,   ///< it had one, which suffices
};

std::string shown(const run::Observations& observations) {
  std::string text;
  for (const auto& [key, every] : observations) text += (text.empty() ? "" : " ") + key + "=" + std::to_string(every);
  return text;
}

[[noreturn]] void refuse_held(const store::StoredRun& stored, const study::PlannedRun& planned) {
  const std::string run =
      "run " + std::to_string(stored.id) + " (" + cell_text(planned.cell) + " seed=" + std::to_string(planned.seed) + ")";
  throw options::InputError({"",
                             run + " is held by a worker now, which observes it with " + shown(stored.observes.get<run::Observations>()) +
                                 " where " + shown(planned.observations) + " is asked for",
                             "the same command once it has ended", "", "", 0});
}

Course course_of(const store::Reader& reader, const std::optional<store::StoredRun>& stored, const study::PlannedRun& planned,
                 const PlanOptions& options) {
  if (!stored) return Course::add;
  const auto covers = [&](const nlohmann::json& observes) { return run::covers(observes.get<run::Observations>(), planned.observations); };
  if (!options.again) {
    const bool earlier_covers = stored->earlier && covers(stored->earlier->observes);
    if (earlier_covers && !stored->held && !store::is_planned(reader, stored->id)) return Course::take_back;
    if (covers(stored->observes)) return Course::stand;
  }
  if (stored->held) refuse_held(*stored, planned);
  switch (stored->status) {
    case RunStatus::completed:
    case RunStatus::diverged: return Course::make_again;
    case RunStatus::failed: return options.retry_failed || options.again ? Course::start_over : Course::stand;
    case RunStatus::queued: return stored->begun ? Course::start_over : Course::watch;
    default: return Course::start_over;
  }
}

/// Configuration and observations that serve whoever asked before, and this call.
store::Watching serving_both(const store::StoredRun& stored, const study::PlannedRun& planned) {
  const auto both = run::merged(stored.observes.get<run::Observations>(), planned.observations);
  return {run::with_observations(planned.config, both), both};
}

/// Follows the course; returns the run's id.
std::int64_t put(store::Planner planner, const study::PlannedRun& planned, const PlanOptions& options, Plan& plan) {
  const auto stored = store::stored_run(planner, planned.identity);
  const Course course = course_of(planner, stored, planned, options);
  if (course == Course::add) {
    return planner.put_run({planned.identity, planned.config, planned.seed, planned.numerics, planned.flops, planned.family,
                            planned.observations, planned.work.steps});
  }
  if (course == Course::watch) store::watch(planner, stored->id, serving_both(*stored, planned));
  if (course == Course::start_over) store::start_over(planner, stored->id, serving_both(*stored, planned));
  if (course == Course::make_again) store::make_again(planner, stored->id, serving_both(*stored, planned));
  if (course == Course::take_back) store::take_back(planner, stored->id);
  if (course != Course::watch && course != Course::stand) plan.set_back.push_back(planned.identity);
  return stored->id;
}

/// Of earlier runs no more than these are looked at, so that planning does not take longer the more a database holds.
constexpr std::int64_t kFamiliesRemembered = 500;

/// From the runs of the study that have been made, and from others of its machine and build.
CostModel known_costs(const store::Reader& reader, const study::Study& study) {
  std::map<std::string, const run::Workload*> own;  // by family
  for (const auto& run : study.runs) own.emplace(run.family, &run.work);
  CostModel costs;
  for (const auto& earlier : store::earlier_runs(reader, kFamiliesRemembered)) {
    if (const auto known = own.find(earlier.measured.family); known != own.end()) {
      costs.add(*known->second, earlier.measured, CostModel::Source::own);
      continue;
    }
    try {
      const auto run = run::read_run(earlier.config, options::Absent::neutral);
      costs.add(run::workload(run, earlier.measured.flops), earlier.measured, CostModel::Source::earlier);
    } catch (const options::InputError&) {}  // an option of then is none any more: nothing that is planned now is like it
  }
  return costs;
}

}  // namespace

std::int64_t Plan::left() const {
  std::int64_t count = added + requeued + again;
  for (const auto& [status, number] : present) count += open(status) ? number : 0;
  return count;
}

Plan preview(const std::optional<store::Reader>& reader, const study::Study& study, const PlanOptions& options) {
  Plan plan;
  plan.total = static_cast<std::int64_t>(study.runs.size());
  std::map<std::pair<run::Workload, std::int64_t>, std::int64_t> open_runs;  // that have come so far
  if (reader) plan.costs = known_costs(*reader, study);
  for (const auto& trial : options.trials) plan.costs.add(trial.work, trial.measured, CostModel::Source::earlier);
  for (const auto& run : study.runs) {
    plan.flops_total += run.flops;
    const auto stored = reader ? store::stored_run(*reader, run.identity) : std::nullopt;
    const Course course = stored ? course_of(*reader, stored, run, options) : Course::add;
    const auto status = !stored ? RunStatus::queued : course == Course::take_back ? stored->earlier->status : stored->status;
    const bool retried = status == RunStatus::failed && (options.retry_failed || options.again);
    if (!stored) ++plan.added;
    else if (retried) ++plan.requeued;
    else if (course == Course::make_again) ++plan.again;
    else ++plan.present[status];
    if (retried || course == Course::make_again || open(status)) {
      plan.flops_left += run.flops;
      const bool goes_on = course == Course::stand && status != RunStatus::queued;
      ++open_runs[{run.work, goes_on ? store::run_state(*reader, stored->id)->step : 0}];
    }
  }
  for (const auto& [far, runs] : open_runs) plan.work_left.waiting.push_back({far.first, far.second, runs});
  return plan;
}

Plan plan(store::Planner planner, const study::Study& study, const PlanOptions& options) {
  Plan result;
  planner.transaction([&] {
    result = preview(store::Reader(planner), study, options);
    result.seen = store::latest_event(planner);
    store::close_dead_plans(planner);
    if (options.tie) result.study = planner.put_study(study.name, study.title, study.definition);
    std::vector<nlohmann::json> cells;
    for (const auto& run : study.runs) cells.push_back(run.cell);
    const auto usual = usual_values(cells);
    store::PlanContent content{options.tie ? std::optional(result.study) : std::nullopt, study.scale, {}};
    for (const auto& run : study.runs) {
      const auto id = put(planner, run, options, result);
      const auto place = run.ordinal.value_or(static_cast<std::int64_t>(content.runs.size()));
      if (options.tie) planner.tie(result.study, id, study.scale, run.cell, place);
      content.runs.push_back({id, run.identity});
      result.runs.push_back({content.runs.back(), cell_text(run.cell, usual), run.seed, run.work});
    }
    result.scale = study.scale;
    result.id = store::open_plan(planner, content);
    if (options.retry_failed) store::requeue_failed(planner, result.id);
    if (!options.tie) return;
    store::untie(planner, result.study, study.scale, superseded(planner, result, study));
    if (options.prune) result.pruned = store::prune(planner, result.study, study.scale, result.id);
    result.beside = store::ties_beside(planner, result.study, study.scale, result.id);
  });
  return result;
}

std::vector<std::string> unmet(const store::Reader& reader, const Plan& plan, const study::Study& study) {
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < plan.runs.size(); ++i) {
    const auto& [run, cell, seed, work] = plan.runs[i];
    const auto observed = store::observed(reader, run.id).get<run::Observations>();
    const auto state = store::run_state(reader, run.id);
    const bool ended = state && (state->status == RunStatus::completed || state->status == RunStatus::diverged);
    if (!ended || run::covers(observed, study.runs[i].observations)) continue;
    auto why = store::last_event(reader, run.id, store::kOtherBits, plan.seen);
    if (why.empty()) why = store::last_event(reader, run.id, "failed", plan.seen);
    lines.push_back("run " + std::to_string(run.id) + " (" + cell + " seed=" + std::to_string(seed) + ") is not observed with " +
                    shown(study.runs[i].observations) + (why.empty() ? "" : ": " + why));
  }
  return lines;
}

}  // namespace steepest::sweep
