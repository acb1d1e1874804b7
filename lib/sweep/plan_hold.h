// plan_hold.h: a call's hold on its plan while it is at work.
#pragma once
#include <chrono>

#include "store/plans.h"
#include "sweep/planner.h"

namespace steepest::sweep {

/// Keeps a plan alive and closes it at the end. A call that was suspended for longer than a lease may find its plan removed, as that of a
/// call which is no more; it puts the plan back, with the runs that it announced.
class PlanHold {
 public:
  PlanHold(store::Planner planner, const Plan& plan);
  ~PlanHold();
  PlanHold(const PlanHold&) = delete;
  PlanHold& operator=(const PlanHold&) = delete;

  const Plan& plan() const { return plan_; }
  /// Renews the lease, at most once a second. Throws InputError where runs of the plan were deleted meanwhile.
  void renew();
  /// The same at once.
  void renew_now();

 private:
  using Clock = std::chrono::steady_clock;
  store::Planner planner_;
  const Plan& plan_;
  store::PlanContent content_;
  Clock::time_point renewed_ = Clock::now();
};

}  // namespace steepest::sweep
