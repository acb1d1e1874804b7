// remake.h: stored runs that a plan asks more of than they have: to be looked at more often, or to be made once more. A finished run
// keeps all that it had until it has ended again with the same parameters; what is new is staged meanwhile.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/planner.h"

namespace steepest::store {

/// The kind of the event of a run that, made again, ended otherwise than before.
inline constexpr const char* kOtherBits = "other_bits";

/// What decides how a planned run goes on from what is stored of it.
struct StoredRun {
  std::int64_t id;
  RunStatus status;
  bool begun;  ///< a worker has had it
  bool held;   ///< by a worker whose lease is good
  nlohmann::json observes;
  /// Of a finished run that is being made again: what it was before.
  struct Earlier {
    RunStatus status;
    nlohmann::json observes;
  };
  std::optional<Earlier> earlier;
};
std::optional<StoredRun> stored_run(const Reader& reader, const std::string& identity);

/// How often a run is looked at from now on, with the configuration that says so.
struct Watching {
  nlohmann::json config, observes;
};

/// Of a run that nobody has begun.
void watch(Planner planner, std::int64_t run, const Watching& watching);

/// Puts a run that has no result back to its beginning. What it was before it was made again, if it is, stays.
void start_over(Planner planner, std::int64_t run, const Watching& watching);

/// Puts a finished run back into the queue, to be made again under its identity; its rows and its result are kept. An event of kind `rerun`
/// has its parameter hash.
void make_again(Planner planner, std::int64_t run, const Watching& watching);

/// A run that is being made again is what it was before: what was staged goes.
void take_back(Planner planner, std::int64_t run);

/// The message of the last event of this kind of a run; empty: none. `after`: the latest event that does not count.
std::string last_event(const Reader& reader, std::int64_t run, const std::string& kind, std::int64_t after = 0);

/// What a run observes, as far as its rows go: of one that is being made again, what it observed before.
nlohmann::json observed(const Reader& reader, std::int64_t run);

}  // namespace steepest::store
