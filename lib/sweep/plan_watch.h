// plan_watch.h: what becomes of the runs that a call announced.
#pragma once
#include <array>
#include <chrono>
#include <deque>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "store/run_states.h"
#include "sweep/planner.h"
#include "sweep/touched_cells.h"

namespace steepest::sweep {

/// Follows the events of the file, so that a look costs what has happened since the last one and not what there is. What a look has read is
/// kept here until it has been dealt with: an error on the way loses nothing.
class PlanWatch {
 public:
  PlanWatch(const store::Reader& reader, const Plan& plan);

  /// Reads what has happened since the last look.
  void look();
  /// Reads every run anew, whatever the events say.
  void look_at_all();

  struct Ended {
    std::int64_t run, number;  ///< number: how many had ended with it
    store::RunStatus status;
    std::string message;   ///< of the event
    bool refused = false;  ///< made again it ended otherwise than before: its result of before stays
  };
  /// Runs that have ended, in order, until they are taken off. Those that had ended before are no news.
  std::deque<Ended>& news() { return news_; }
  /// `[7/24] completed  model.rank=8 seed=1  validation_loss 1.8751  52 s`
  std::string line(const Ended& ended) const;

  store::Progress progress() const;
  WorkLeft left() const;
  const run::Workload& work(std::int64_t run) const { return known_.at(run).announced->work; }
  bool nothing_left() const { return ended_ == total(); }
  /// Statistics that are due.
  TouchedCells& cells() { return cells_; }

 private:
  using Clock = std::chrono::steady_clock;
  struct Known {
    const AnnouncedRun* announced;
    store::RunState state;
    Clock::time_point told = Clock::now();  ///< of its status or its step
  };
  std::int64_t total() const { return static_cast<std::int64_t>(known_.size()); }
  /// Adds a run to the counts, or takes it out of them.
  void count(Known& known, int sign);
  /// `anew`: an end was told of, be it a second one.
  void take(Known& known, const store::RunState& state, bool anew);

  store::Reader reader_;
  std::int64_t seen_ = 0;  ///< the last event that was looked at
  std::unordered_map<std::int64_t, Known> known_;
  std::map<std::int64_t, Known*> begun_;  ///< running or interrupted: their steps count
  std::map<run::Workload, std::int64_t> queued_;
  std::array<std::int64_t, 6> counts_{};  ///< by status
  std::int64_t ended_ = 0;
  double flops_total_ = 0, flops_ended_ = 0;
  std::deque<Ended> news_;
  TouchedCells cells_;
};

}  // namespace steepest::sweep
