// plan_hold.cpp: see plan_hold.h.
#include "sweep/plan_hold.h"

#include "options/error.h"
#include "store/patience.h"

namespace steepest::sweep {

PlanHold::PlanHold(store::Planner planner, const Plan& plan)
    : planner_(planner), plan_(plan), content_{plan.study != 0 ? std::optional(plan.study) : std::nullopt, plan.scale, {}} {
  for (const auto& announced : plan.runs) content_.runs.push_back(announced.run);
}

PlanHold::~PlanHold() {
  try {
    store::close_plan(planner_, plan_.id);
  } catch (const options::InputError&) {
    // A plan that nobody renews runs out, and the next call removes it.
  }
}

void PlanHold::renew() {
  if (Clock::now() - renewed_ >= std::chrono::seconds(1)) renew_now();
}

void PlanHold::renew_now() {
  std::int64_t there = plan_.total;
  try {
    planner_.transaction([&] {
      if (!store::renew_plan(planner_, plan_.id)) there = store::restore_plan(planner_, plan_.id, content_);
    });
  } catch (const store::BusyError&) {
    // Nobody else can plan, or remove a plan, while nothing can be written.
  }
  renewed_ = Clock::now();
  if (there == plan_.total) return;
  throw options::InputError(std::to_string(plan_.total - there) +
                            " of the runs of this call were deleted while it was suspended; the same command plans them anew");
}

}  // namespace steepest::sweep
