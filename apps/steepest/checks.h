// checks.h: what `steepest doctor` looks at, one function a subject.
#pragma once
#include <string>
#include <vector>

#include "session.h"

namespace steepest::app {

enum class Health { ok, warning, failure };

/// One finding. `remedy` is empty when all is well.
struct Check {
  Health health;
  std::string subject, found, remedy;
};

std::vector<Check> check_worker(const Session& session);
std::vector<Check> check_experiments(const Session& session);
std::vector<Check> check_corpora(const Session& session);
std::vector<Check> check_database(const Session& session);
std::vector<Check> check_disk(const Session& session);
std::vector<Check> check_python(const Session& session);
std::vector<Check> check_tools(const Session& session);

}  // namespace steepest::app
