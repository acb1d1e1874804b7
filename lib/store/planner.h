// planner.h: which studies and runs there are, and which run counts where.
#pragma once
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "store/writer.h"

namespace steepest::store {

/// Puts studies, runs and their places. By its key runs are also asked for (plans.h), made again (remake.h) and taken in from elsewhere
/// (import_run.h). It never writes for a run that a worker holds.
class Planner : public Writer {
 public:
  explicit Planner(Connection& connection) : Writer(connection) {}

  std::int64_t put_study(const std::string& name, const std::string& title, const nlohmann::json& definition);
  /// Adds the run, with its parameters as rows of `param`, unless its identity is there already. Returns its id.
  std::int64_t put_run(const NewRun& run);
  /// Gives the run its place in the study, whose other runs stay; plans.h says which leave. Moves it where it has another place there.
  void tie(std::int64_t study, std::int64_t run, const std::string& scale, const nlohmann::json& cell, std::int64_t ordinal);
};

}  // namespace steepest::store
