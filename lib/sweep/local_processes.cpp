// local_processes.cpp: see local_processes.h.
#include "sweep/local_processes.h"

#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <thread>

namespace steepest::sweep {

LocalProcesses::~LocalProcesses() {
  for (auto& worker : workers_) worker.process->send(SIGTERM);
  for (int i = 0; i < 50 && !workers_.empty(); ++i) {
    reap();
    if (!workers_.empty()) std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
}

std::vector<std::string> worker_environment(const std::string& data) {
  std::vector<std::string> environment{"OMP_NUM_THREADS=1", "MKL_NUM_THREADS=1", "OPENBLAS_NUM_THREADS=1"};
  if (!data.empty()) environment.push_back("STEEPEST_DATA_DIR=" + data);
  return environment;
}

void LocalProcesses::start(const std::string& token) {
  int slot = 0;
  while (std::any_of(workers_.begin(), workers_.end(), [&](const Worker& worker) { return worker.slot == slot; })) ++slot;
  std::vector<std::string> arguments{"--database",
                                     command_.database.string(),
                                     "--plan",
                                     std::to_string(command_.plan),
                                     "--token",
                                     token,
                                     "--checkpoints",
                                     command_.checkpoints.string(),
                                     "--checkpoint-every",
                                     fmt::format("{}", command_.checkpoint_seconds),
                                     "--tries",
                                     std::to_string(command_.tries)};
  if (command_.stack != 1) {
    arguments.insert(arguments.end(), {"--stack", std::to_string(command_.stack), "--workers", std::to_string(command_.workers)});
  }
  if (!command_.devices.empty()) {
    arguments.insert(arguments.end(), {"--device", command_.devices[static_cast<std::size_t>(slot) % command_.devices.size()]});
  }
  workers_.push_back({slot, token,
                      std::make_unique<ChildProcess>(command_.program, arguments, worker_environment(command_.data),
                                                     command_.logs / fmt::format("worker-{}.log", slot))});
}

std::vector<Launcher::Ended> LocalProcesses::reap() {
  std::vector<Ended> ended;
  // Each is asked once: one that ends while the others are asked is told of with the next call.
  std::erase_if(workers_, [&](Worker& worker) {
    const auto state = worker.process->poll();
    if (state) {
      ended.push_back({worker.token, fmt::format("worker {}", worker.slot), *state, cause_of_death(*state, memory_kills_),
                       worker.process->last_lines(20)});
    }
    return state.has_value();
  });
  if (!ended.empty()) memory_kills_ = out_of_memory_kills();
  return ended;
}

void LocalProcesses::signal(const std::string& token, int signal) {
  const auto own = std::find_if(workers_.begin(), workers_.end(), [&](const Worker& worker) { return worker.token == token; });
  if (own != workers_.end()) return own->process->send(signal);
  for (const pid_t left_behind : processes_of(command_.program, {"--token", token})) kill(left_behind, signal);
}

}  // namespace steepest::sweep
