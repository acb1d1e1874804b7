// rerun.cpp: see rerun.h.
#include "sweep/rerun.h"

#include <fmt/format.h>

#include "options/error.h"
#include "run/numerics.h"
#include "store/find_run.h"

namespace steepest::sweep {

using options::InputError;

study::Study rerun_study(const store::Database& database, const std::vector<std::string>& ids) {
  study::Study study{"", "", "", {}, {}};
  for (const auto& id : ids) {
    const auto run = database.run_details(store::find_run(database, id));
    if (run->status == store::RunStatus::running) {
      throw InputError({"--rerun", fmt::format("run {} is held by a worker now", run->id), "a run that has ended", "", "", 0});
    }
    if (run->numerics_version != run::kNumericsVersion) {
      throw InputError({"--rerun",
                        fmt::format("run {} is of numerics version {}, and this program makes version {}: other numbers, so another run",
                                    run->id, run->numerics_version, run::kNumericsVersion),
                        "a run of this version; planning its study anew makes one", "", "", 0});
    }
    study.runs.push_back({run->config, run->cell, run->seed, run->identity, run->flops});
  }
  return study;
}

void prepare_rerun(store::Database& database, const study::Study& study, const std::filesystem::path& checkpoints) {
  database.transaction([&] {
    for (const auto& run : study.runs) {
      if (!database.requeue_from_start(database.runs_of_identity(run.identity).at(0))) {
        throw InputError({"--rerun", "a worker has taken run " + run.identity.substr(0, 12) + " meanwhile", "a run that has ended", "", "", 0});
      }
    }
  });
  for (const auto& run : study.runs) std::filesystem::remove(checkpoints / (run.identity + ".pt"));
}

std::vector<std::string> rerun_findings(const store::Database& database, const study::Study& study) {
  std::vector<std::string> lines;
  for (const auto& planned : study.runs) {
    const auto run = database.run_details(database.runs_of_identity(planned.identity).at(0));
    if (!run || run->status != store::RunStatus::completed) continue;
    const auto [before, now] = database.hashes_of_rerun(run->id);
    if (before.empty()) lines.push_back(fmt::format("run {}: nothing to compare with, it had not been completed before", run->id));
    else if (before == now) lines.push_back(fmt::format("run {}: the same bits as before", run->id));
    else lines.push_back(fmt::format("run {}: OTHER BITS than before: parameter hash {}, was {}", run->id, now.substr(0, 12), before.substr(0, 12)));
  }
  return lines;
}

}  // namespace steepest::sweep
