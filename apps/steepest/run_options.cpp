// run_options.cpp: see run_options.h.
#include "run_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "options/error.h"
#include "parse.h"
#include "sweep/cores.h"

namespace steepest::app {
namespace {

using options::InputError;

bool on_cpu(const study::Study& study) {
  return std::all_of(study.runs.begin(), study.runs.end(),
                     [](const study::PlannedRun& run) { return run.config.value("device", "cpu") == "cpu"; });
}

constexpr std::pair<const char*, double> kUnits[] = {{"d", 86400}, {"h", 3600}, {"min", 60}, {"m", 60}, {"s", 1}, {"", 1}};

}  // namespace

std::chrono::milliseconds duration_of(const std::string& option, const std::string& text) {
  const auto fail = [&] {
    return InputError({option, "found \"" + text + "\"", "a time such as 90s, 30min, 2h or 1h30m, from 1 s to 365 d", "", "", 0});
  };
  double seconds = 0;
  for (const char *at = text.data(), *end = at + text.size(); at != end;) {
    double number = 0;
    const auto [after, failure] = std::from_chars(at, end, number, std::chars_format::fixed);
    if (failure != std::errc()) throw fail();
    const char* last = std::find_if(after, end, [](unsigned char c) { return std::isdigit(c) != 0; });
    const std::string unit(after, last);
    const auto known = std::find_if(std::begin(kUnits), std::end(kUnits), [&](const auto& entry) { return unit == entry.first; });
    if (known == std::end(kUnits)) throw fail();
    seconds += number * known->second;
    at = last;
  }
  if (!(seconds >= 1 && seconds <= 365 * 86400.0)) throw fail();
  return std::chrono::milliseconds(std::llround(seconds * 1000));
}

std::shared_ptr<RunOptions> RunOptions::add_training(CLI::App& command) {
  auto options = std::make_shared<RunOptions>();
  command.add_option("--jobs,-j", options->jobs, "worker processes at once (default: one per core allowed; one per device on GPUs)")
      ->type_name("N");
  command
      .add_option(
          "--stack", options->stack,
          "train up to N runs as one that differ in seed, rate, decay or factor scale alone; auto: on a GPU as many as fit into its "
          "memory (default: auto; on a CPU 1)")
      ->type_name("N|auto");
  command.add_option("--retry", options->retry, "try a run again that failed or killed its worker, so many times (default: 2)")
      ->type_name("N");
  auto* keep_going = command.add_flag("--keep-going", options->keep_going, "go on with the other runs when one has failed (the default)");
  command.add_flag("--fail-fast", options->fail_fast, "stop as soon as a run has failed; the others continue with the next call")
      ->excludes(keep_going);
  command.add_option("--time-limit", options->time_limit, "stop after so long, as Ctrl-C does: 90s, 30min, 2h, 1h30m")->type_name("TIME");
  command.add_option("--checkpoint-every", options->checkpoint_every, "time between two checkpoints of a run (default: 20s)")
      ->type_name("TIME");
  command.add_flag("--dry-run", options->dry_run, "say what would run and write nothing");
  return options;
}

std::shared_ptr<RunOptions> RunOptions::add(CLI::App& command) {
  auto options = add_training(command);
  command
      .add_option("--shard", options->shard,
                  "the runs of one of N shards alone, such as 3/8; whose a run is, the hash of its identity says")
      ->type_name("I/N");
  command.add_option("--rerun", options->rerun, "make these runs again from the start (ids, without a study) and compare the bits")
      ->type_name("RUN");
  command.add_flag("--prune", options->prune, "take runs out of the study's table that its file does not ask for; they stay stored");
  return options;
}

int RunOptions::workers(const study::Study& study, const std::vector<std::string>& devices) const {
  constexpr std::int64_t kMost = 4096;
  if (!jobs.empty()) return static_cast<int>(whole_number("--jobs", jobs, 1, kMost));
  if (on_cpu(study)) return std::max(sweep::allowed_cores(), static_cast<int>(devices.size()));
  return std::max(1, static_cast<int>(devices.size()));
}

std::int64_t RunOptions::runs_as_one(const study::Study& study) const {
  constexpr std::int64_t kMost = 4096;
  const bool number = stack.find_first_not_of("0123456789") == std::string::npos;
  if (!number && stack != "auto")
    throw InputError({"--stack", "found \"" + stack + "\"", "a whole number from 1 to 4096, or auto", "", "", 0});
  if (!stack.empty() && number) return whole_number("--stack", stack, 1, kMost);
  return on_cpu(study) ? 1 : 0;
}

void RunOptions::apply(sweep::SupervisorOptions& supervision, sweep::WorkerCommand& command) const {
  if (!retry.empty()) supervision.tries = command.tries = 1 + static_cast<int>(whole_number("--retry", retry, 0, 1000000));
  if (!checkpoint_every.empty()) {
    command.checkpoint_seconds = static_cast<double>(duration_of("--checkpoint-every", checkpoint_every).count()) / 1000;
  }
  if (!time_limit.empty()) supervision.time_limit = duration_of("--time-limit", time_limit);
  supervision.fail_fast = fail_fast;
}

}  // namespace steepest::app
