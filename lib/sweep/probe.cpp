// probe.cpp: see probe.h.
#include "sweep/probe.h"

#include <fmt/format.h>

#include "options/error.h"
#include "sweep/child_process.h"

namespace steepest::sweep {

nlohmann::json probe_worker(const std::filesystem::path& worker) {
  const auto answer = ask_program(worker, {"--probe"});
  const auto refuse = [&](const std::string& problem) {
    std::string said = answer.errors.empty() ? answer.output : answer.errors;
    while (!said.empty() && said.back() == '\n') said.pop_back();
    return options::InputError(
        fmt::format("{} {}{}; `steepest doctor` shows what is installed", worker.string(), problem, said.empty() ? "" : ": " + said));
  };
  if (answer.timed_out) throw refuse("does not answer");
  if (!answer.state.clean()) throw refuse("cannot start (" + answer.state.text() + ")");
  auto parsed = nlohmann::json::parse(answer.output, nullptr, false);
  if (!parsed.is_object()) throw refuse("gives an answer that is not JSON");
  return parsed;
}

}  // namespace steepest::sweep
