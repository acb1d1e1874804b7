// train.h: a composed study is planned and trained by workers of this machine.
#pragma once
#include <functional>
#include <string>

#include "run_options.h"
#include "study_arguments.h"

namespace steepest::app {

struct Call {
  const Session& session;
  const StudyArguments& arguments;
  const RunOptions& options;
  std::string again;  ///< the same call once more, for a shell
};

/// What happens beside the training, in a shard's job.
struct Beside {
  std::function<void(const store::Reader&)> meanwhile;                          ///< once in a while; must not throw
  std::function<void(const store::Reader&, const sweep::Outcome&)> ended = {};  ///< before the outcome is told
};

/// Throws InputError where --prune is given with less, or more, than the file of a study.
void check_prune(const RunOptions& options, const study::Study& study);

/// Returns the exit status. Throws InputError.
int train(const Call& call, const study::Study& study, const Beside& beside = {});

/// `steepest SUBCOMMAND` with the global options of this call.
std::string command_line(const Session& session, const std::string& subcommand);

}  // namespace steepest::app
