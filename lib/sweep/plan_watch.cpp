// plan_watch.cpp: see plan_watch.h.
#include "sweep/plan_watch.h"

#include <fmt/format.h>

#include <algorithm>

#include "store/remake.h"
#include "sweep/statistics.h"
#include "sweep/duration.h"

namespace steepest::sweep {
namespace {

using store::RunStatus;

bool has_ended(RunStatus status) { return status == RunStatus::completed || status == RunStatus::diverged || status == RunStatus::failed; }

/// It is under way, or stopped on the way: its step counts.
bool has_begun(const store::RunState& state) { return !has_ended(state.status) && (state.status != RunStatus::queued || state.step > 0); }

/// The end that an event tells of; empty for what happens on the way.
std::optional<RunStatus> end_of(const store::RunChange& change) {
  for (const auto status : {RunStatus::completed, RunStatus::diverged, RunStatus::failed}) {
    if (change.kind == store::to_string(status)) return status;
  }
  if (change.kind == store::kOtherBits) return RunStatus::failed;
  if (change.kind == "imported" && has_ended(change.run.status)) return change.run.status;
  return {};
}

double share_done(const store::RunState& state) {
  return state.total_steps > 0 ? std::min(1.0, static_cast<double>(state.step) / static_cast<double>(state.total_steps)) : 0.0;
}

}  // namespace

PlanWatch::PlanWatch(const store::Reader& reader, const Plan& plan) : reader_(reader), seen_(store::latest_event(reader)) {
  for (const auto& announced : plan.runs) {
    const auto state = store::run_state(reader, announced.run.id);
    if (!state) continue;  // PlanHold tells
    auto& known = known_.try_emplace(announced.run.id, Known{&announced, *state}).first->second;
    flops_total_ += state->flops;
    count(known, 1);
    cells_.add(reader, announced.run.id, has_ended(state->status));
  }
}

void PlanWatch::count(Known& known, int sign) {
  const auto& state = known.state;
  counts_[static_cast<std::size_t>(state.status)] += sign;
  if (has_ended(state.status)) {
    ended_ += sign;
    flops_ended_ += sign * state.flops;
  } else if (has_begun(state)) {
    if (sign > 0) begun_.emplace(state.id, &known);
    else begun_.erase(state.id);
  } else if ((queued_[known.announced->work] += sign) == 0) {
    queued_.erase(known.announced->work);
  }
}

void PlanWatch::take(Known& known, const store::RunState& state, bool anew) {
  const bool before = has_ended(known.state.status), now = has_ended(state.status);
  count(known, -1);
  if (known.state.status != state.status || known.state.step != state.step) known.told = Clock::now();
  known.state = state;
  count(known, 1);
  if (now && (anew || !before)) cells_.ended(state.id, before);
  else if (before && !now) cells_.reopened(state.id);
}

void PlanWatch::look() {
  const auto changes = store::changes_after(reader_, seen_);
  std::unordered_map<std::int64_t, std::int64_t> last;  // of each run's events: the state that came with them is the one after it
  for (const auto& change : changes) last[change.run.id] = change.event;
  for (const auto& change : changes) {
    if (const auto known = known_.find(change.run.id); known != known_.end()) {
      const auto end = end_of(change);
      if (last[change.run.id] == change.event) take(known->second, change.run, end.has_value());
      if (end)
        news_.push_back({change.run.id, std::min(total(), ended_ + !has_ended(known->second.state.status)), *end, change.message,
                         change.kind == store::kOtherBits});
    }
    seen_ = change.event;
  }
  for (const auto& [run, step] : store::steps_of_held_runs(reader_)) {
    const auto found = begun_.find(run);
    if (found == begun_.end() || found->second->state.step == step) continue;
    found->second->state.step = step;
    found->second->told = Clock::now();
  }
}

void PlanWatch::look_at_all() {
  look();
  for (auto& [id, known] : known_) {
    const auto state = store::run_state(reader_, id);
    if (!state) continue;
    const bool unheard = has_ended(state->status) && !has_ended(known.state.status);
    take(known, *state, false);
    if (unheard) news_.push_back({id, ended_, state->status, state->error});
  }
}

std::string PlanWatch::line(const Ended& ended) const {
  const auto& [announced, state, told] = known_.at(ended.run);
  const char* end = ended.refused ? "refused" : store::to_string(ended.status);
  std::string text = fmt::format("[{}/{}] {:<9}  {} seed={}", ended.number, total(), end, announced->cell, announced->seed);
  if (ended.status == RunStatus::completed) {
    if (const auto loss = reader_.last_metric(ended.run, kValidationLoss)) text += fmt::format("  {} {:.4f}", kValidationLoss, *loss);
  } else if (ended.status == RunStatus::diverged) {
    text += fmt::format("  at step {}", state.step);
  } else {
    const auto& reason = state.error.empty() ? ended.message : state.error;
    text += "  " + reason.substr(0, reason.find('\n'));
  }
  return text + "  " + duration_text(state.seconds);
}

store::Progress PlanWatch::progress() const {
  const auto number = [&](RunStatus status) { return counts_[static_cast<std::size_t>(status)]; };
  store::Progress progress{number(RunStatus::queued),
                           number(RunStatus::running),
                           number(RunStatus::completed),
                           number(RunStatus::diverged),
                           number(RunStatus::failed),
                           number(RunStatus::interrupted),
                           flops_total_,
                           flops_ended_};
  for (const auto& [id, known] : begun_) progress.flops_done += share_done(known->state) * known->state.flops;
  return progress;
}

WorkLeft PlanWatch::left() const {
  WorkLeft left;
  const auto now = Clock::now();
  for (const auto& [id, known] : begun_) {
    const auto& work = known->announced->work;
    if (known->state.status == RunStatus::running)
      left.under.push_back({work, known->state.step, std::chrono::duration<double>(now - known->told).count()});
    else left.waiting.push_back({work, known->state.step, 1});
  }
  for (const auto& [work, runs] : queued_) left.waiting.push_back({work, 0, runs});
  return left;
}

}  // namespace steepest::sweep
