// run_states.h: where runs stand, and what has happened to them since one last looked, at a cost that does not grow with their number.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/reader.h"

namespace steepest::store {

struct RunState {
  std::int64_t id;
  RunStatus status;
  std::int64_t step, total_steps;  ///< total_steps: 0 where it is not known
  double flops, seconds;           ///< seconds: of training and validation, 0 until it has ended
  std::string error;               ///< empty where there is none
};

/// Empty: there is no such run.
std::optional<RunState> run_state(const Reader& reader, std::int64_t run);

/// The status of the run of this identity. Empty: there is none.
std::optional<RunStatus> status_of(const Reader& reader, const std::string& identity);

/// A worker's lease on the run has not expired.
bool is_held(const Reader& reader, std::int64_t run);

/// (run, step) of every run that a worker holds.
std::vector<std::pair<std::int64_t, std::int64_t>> steps_of_held_runs(const Reader& reader);

/// An event, with its run as it is by now. Whatever changes a run's status leaves an event.
struct RunChange {
  std::int64_t event;
  std::string kind, message;
  RunState run;
};

/// The id of the latest event; 0: none yet. Ids only ever rise.
std::int64_t latest_event(const Reader& reader);

/// Everything after that event, in order.
std::vector<RunChange> changes_after(const Reader& reader, std::int64_t event);

/// A cell of a study that a run counts in.
struct CellPlace {
  std::int64_t study;
  std::string scale, cell;
  auto operator<=>(const CellPlace&) const = default;
};
std::vector<CellPlace> cells_of_run(const Reader& reader, std::int64_t run);

}  // namespace steepest::store
