// worker_pool.cpp: see worker_pool.h.
#include "sweep/worker_pool.h"

#include <signal.h>

#include <algorithm>
#include <random>
#include <thread>

#include <fmt/format.h>

namespace steepest::sweep {

std::string new_token() {
  std::random_device device;  // getrandom() or /dev/urandom with libstdc++ on Linux
  std::string token;
  for (int i = 0; i < 4; ++i) token += fmt::format("{:08x}", static_cast<std::uint32_t>(device()));
  return token;
}

WorkerPool::~WorkerPool() {
  send(SIGTERM);
  for (int i = 0; i < 50 && alive() > 0; ++i) {
    reap();
    if (alive() > 0) std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
}

void WorkerPool::start() {
  int slot = 0;
  while (std::any_of(workers_.begin(), workers_.end(), [&](const Worker& worker) { return worker.slot == slot; })) ++slot;
  const std::string token = new_token();
  // One thread each: several single-threaded runs at once beat one run on several threads, and repeat bit for bit.
  std::vector<std::string> environment{"OMP_NUM_THREADS=1", "MKL_NUM_THREADS=1", "OPENBLAS_NUM_THREADS=1"};
  if (!command_.data.empty()) environment.push_back("STEEPEST_DATA_DIR=" + command_.data.string());
  std::vector<std::string> arguments{"--database",    command_.database.string(),
                                     "--plan",        std::to_string(command_.plan),
                                     "--token",       token,
                                     "--checkpoints", command_.checkpoints.string(),
                                     "--checkpoint-every", fmt::format("{}", command_.checkpoint_seconds),
                                     "--tries",       std::to_string(command_.tries)};
  if (!command_.devices.empty()) {
    arguments.insert(arguments.end(), {"--device", command_.devices[static_cast<std::size_t>(slot) % command_.devices.size()]});
  }
  workers_.push_back({slot, token, std::make_unique<ChildProcess>(command_.program, arguments, environment,
                                                                  command_.logs / fmt::format("worker-{}.log", slot))});
}

std::vector<std::string> WorkerPool::tokens() const {
  std::vector<std::string> result;
  for (const auto& worker : workers_) result.push_back(worker.token);
  return result;
}

void WorkerPool::send(int signal) {
  for (auto& worker : workers_) worker.process->send(signal);
}

bool WorkerPool::send(const std::string& token, int signal) {
  for (auto& worker : workers_) {
    if (worker.token != token) continue;
    worker.process->send(signal);
    return true;
  }
  return false;
}

std::vector<WorkerPool::Ended> WorkerPool::reap() {
  std::vector<Ended> ended;
  for (auto& worker : workers_) {
    if (const auto state = worker.process->poll())
      ended.push_back({worker.slot, worker.token, *state, worker.process->last_lines(20)});
  }
  std::erase_if(workers_, [](const Worker& worker) { return worker.process->poll().has_value(); });
  return ended;
}

}  // namespace steepest::sweep
