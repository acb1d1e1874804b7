// main.cpp of steepest-worker: trains the runs of one plan. Started by `steepest run`, one process per core or GPU.
#include <malloc.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <iostream>

#include "data/corpus.h"
#include "experiment/environment.h"
#include "experiment/trial.h"
#include "experiment/worker.h"
#include "log/log.h"
#include "options/error.h"
#include "output/standard_streams.h"

namespace {

std::atomic<bool> stop_requested{false};
void request_stop(int) { stop_requested = true; }

/// Tensors of some MB come and go at every step; keeping them saves the page faults of taking them from the kernel anew.
void keep_freed_memory() {
#ifdef __GLIBC__
  mallopt(M_MMAP_THRESHOLD, 32 << 20);  // the most that glibc takes
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
#endif
}

/// Deterministic algorithms include cuBLAS only if its workspace is set so, and it reads that when its first context is made; LibTorch refuses to
/// multiply otherwise. What the user set stays.
void let_cublas_repeat() { setenv("CUBLAS_WORKSPACE_CONFIG", ":4096:8", /*overwrite=*/0); }

int probe() {
  nlohmann::json answer = steepest::experiment::describe_environment("cpu");
  answer["devices"] = steepest::experiment::available_devices();
  answer["built_for_cuda"] = steepest::experiment::built_for_cuda();
  answer["cublas_workspace"] = std::getenv("CUBLAS_WORKSPACE_CONFIG");
  steepest::output::print(answer.dump(2) + "\n");
  steepest::output::flush();
  return 0;
}

int try_steps(const std::string& config, const steepest::data::Folders& data) {
  const auto run = steepest::run::read_run(nlohmann::json::parse(config));
  const auto found = steepest::experiment::trial(run, data);
  steepest::output::print(nlohmann::json{{"step", found.step}, {"look", found.look}}.dump() + "\n");
  steepest::output::flush();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  steepest::output::prepare_standard_streams();
  let_cublas_repeat();
  CLI::App app{"Trains the runs that one `steepest run` planned; started by `steepest run`.", "steepest-worker"};
  steepest::experiment::WorkerOptions options;
  bool only_probe = false;
  app.add_flag("--probe", only_probe, "print what this machine and this LibTorch offer, as JSON");
  std::string trial;
  app.add_option("--trial", trial,
                 "take a few steps of this run, its configuration as JSON, and print the seconds of a step and of a validation");
  app.add_option("--database", options.database, "the SQLite file");
  app.add_option("--plan", options.plan, "id of the plan whose runs are taken");
  app.add_option("--token", options.token, "name of this worker, unique among all");
  app.add_option("--checkpoints", options.checkpoints, "folder for checkpoints");
  app.add_option("--checkpoint-every", options.checkpoint_seconds, "seconds between two checkpoints");
  app.add_option("--device", options.device, "which device of its kind, such as cuda:1");
  app.add_option("--stack", options.stack, "so many runs of one shape are trained as one, at most; 0: on a GPU as many as fit, else one");
  app.add_option("--workers", options.workers, "how many workers share the plan");
  app.add_option("--tries", options.tries, "a run ends as failed when so many of its tries came to nothing");
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp& help) { return app.exit(help); } catch (const CLI::ParseError& error) {
    std::cerr << "error: steepest-worker: " << error.what() << "; see steepest-worker --help\n";
    return 2;
  }
  if (!only_probe && trial.empty() &&
      (options.database.empty() || options.plan == 0 || options.token.empty() || options.checkpoints.empty())) {
    std::cerr << "error: steepest-worker needs --database, --plan, --token and --checkpoints; use `steepest run`\n";
    return 2;
  }
  // The handler only sets a flag: the run at hand is checkpointed after its current step.
  keep_freed_memory();
  std::signal(SIGTERM, request_stop);
  std::signal(SIGXFSZ, SIG_IGN);  // a limit on file sizes then is an error like a full disk, and not the end
  // `steepest run` answers a terminal's Ctrl-C or hang-up with SIGTERM. What ends a session sends SIGHUP to every process right after
  // SIGTERM, and the checkpoint must still be written.
  std::signal(SIGINT, SIG_IGN);
  std::signal(SIGHUP, SIG_IGN);
  steepest::log::to_standard_error();  // `steepest run` keeps it in results/logs
  try {
    if (only_probe) return probe();
    std::error_code deleted;  // the current folder may be; `steepest run` names the corpora's in the environment
    options.data = steepest::data::data_folders(std::filesystem::current_path(deleted));
    if (!trial.empty()) return try_steps(trial, options.data);
    steepest::experiment::work(options, stop_requested);
    return 0;
  } catch (const steepest::options::InputError& error) {
    std::cerr << "error: " << error.what() << '\n';
    return 2;
  } catch (const std::exception& error) {
    std::cerr << "internal error: " << error.what() << '\n';
    return 1;
  }
}
