// rerun.cpp: see rerun.h.
#include "sweep/rerun.h"

#include <fmt/format.h>

#include "options/error.h"
#include "run/numerics.h"
#include "store/find_run.h"
#include "store/remake.h"

namespace steepest::sweep {

using options::InputError;

study::Study rerun_study(const store::Reader& reader, const std::vector<std::string>& ids) {
  study::Study study{"", "", "", {}, {}};
  for (const auto& id : ids) {
    const auto run = reader.run_details(store::find_run(reader, id));
    if (run->status == store::RunStatus::running) {
      throw InputError({"--rerun", fmt::format("run {} is held by a worker now", run->id), "a run that has ended", "", "", 0});
    }
    if (!run::is_current(run->numerics)) {
      throw InputError({"--rerun",
                        fmt::format("run {} is of numerics {}, and this program makes other numbers, so another run", run->id,
                                    run::numerics_text(run->numerics)),
                        "a run of this program's numerics; planning its study anew makes one", "", "", 0});
    }
    study.runs.push_back({run->config, run->cell, run->seed, run->identity, run->flops, run->family, run->numerics,
                          run->observes.get<run::Observations>(),
                          run::workload(run::read_run(run->config, options::Absent::neutral), run->flops)});
  }
  return study;
}

std::vector<std::string> rerun_findings(const store::Reader& reader, const study::Study& study, std::int64_t after) {
  std::vector<std::string> lines;
  for (const auto& planned : study.runs) {
    const auto run = reader.run_details(reader.runs_of_identity(planned.identity).at(0));
    if (!run || run->status != store::RunStatus::completed) continue;
    const auto others = store::last_event(reader, run->id, store::kOtherBits, after);
    const auto before = store::last_event(reader, run->id, "rerun", after);
    if (!others.empty()) lines.push_back(fmt::format("run {}: OTHER BITS than before: {}", run->id, others));
    else if (before.empty()) lines.push_back(fmt::format("run {}: nothing to compare with, it had not been completed before", run->id));
    else lines.push_back(fmt::format("run {}: the same bits as before", run->id));
  }
  return lines;
}

}  // namespace steepest::sweep
