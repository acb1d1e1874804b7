// status.cpp: run statuses as they stand in the file.
#include "store/status.h"

#include <array>
#include <stdexcept>
#include <utility>

namespace steepest::store {
namespace {

constexpr std::array<std::pair<RunStatus, const char*>, 6> kNames = {{
    {RunStatus::queued, "queued"},
    {RunStatus::running, "running"},
    {RunStatus::completed, "completed"},
    {RunStatus::diverged, "diverged"},
    {RunStatus::failed, "failed"},
    {RunStatus::interrupted, "interrupted"},
}};

}  // namespace

const char* to_string(RunStatus status) {
  for (const auto& [value, name] : kNames) {
    if (value == status) return name;
  }
  throw std::invalid_argument("not a RunStatus");
}

RunStatus status_from(const std::string& name) {
  for (const auto& [value, text] : kNames) {
    if (name == text) return value;
  }
  throw std::invalid_argument("not a run's status: " + name);
}

}  // namespace steepest::store
