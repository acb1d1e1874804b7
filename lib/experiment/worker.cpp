// worker.cpp: see worker.h.
#include "experiment/worker.h"

#include <chrono>

#include "digest/sha256.h"
#include "experiment/archive_file.h"
#include "experiment/bundle_work.h"
#include "experiment/cause.h"
#include "experiment/claimed_work.h"
#include "experiment/device_memory.h"
#include "log/log.h"
#include "options/error.h"
#include "run/run.h"
#include "run/stacking.h"
#include "store/file.h"
#include "store/lease.h"
#include "store/patience.h"

namespace steepest::experiment {
namespace {

constexpr auto kPatience = std::chrono::seconds(2);  // for a locked file, before training goes on without having written

void train(const Desk& desk, const std::vector<store::ClaimedRun>& claims, BundleSizes& sizes) {
  if (claims.size() > 1) return train_bundle(desk, claims, sizes);
  store::Lease lease(desk.options.database, claims.front().id, desk.options.token);
  ClaimedWork(desk, claims.front(), lease).run();
}

/// Bytes; 0: not known.
double memory_of(const std::string& device) {
  const auto memory = device.empty() ? std::nullopt : device_memory(at::Device(device));
  return memory ? memory->all : 0;
}

/// Takes runs until none is left.
void take_runs(Desk desk) {
  const WorkerOptions& options = desk.options;
  remove_stale_drafts(options.checkpoints);
  BundleSizes sizes(options.stack, kept_sizes(options.checkpoints), options.stack == 1 ? 0 : memory_of(options.device));
  // No worker takes more than its share, so that its neighbours have something to do as well.
  const auto most = [&](const nlohmann::json& config, std::int64_t left) {
    const std::int64_t share = (left + options.workers - 1) / options.workers;
    return std::min(share, sizes.of(run::read_run(config, options::Absent::neutral)));
  };
  const store::Alike alike{most, run::stacked_runs_may_differ()};
  const auto claimed = [&] {
    if (options.stack != 1) return desk.queue.claim_bundle(options.plan, options.token, store::kLeaseSeconds, alike);
    std::vector<store::ClaimedRun> alone;
    if (auto claim = desk.queue.claim(options.plan, options.token, store::kLeaseSeconds)) alone.push_back(std::move(*claim));
    return alone;
  };
  while (!desk.stop) {
    const auto claims = patiently(desk.stop, claimed);
    if (claims.empty()) return;
    for (const auto& claim : claims) log::info(name_of(claim) + ": attempt " + std::to_string(claim.attempt));
    try {
      train(desk, claims, sizes);
    } catch (const options::InputError&) { throw; } catch (const std::exception& error) {
      const std::string cause = cause_of(error);
      log::error(name_of(claims.front()) + " failed: " + cause);
      patiently(desk.stop, [&] { desk.queue.fail(options.token, "try_failed", cause, options.tries); });
    }
  }
}

}  // namespace

std::string checkpoint_mark(const std::string& identity, const std::string& observes) { return digest::sha256(identity + observes); }

void work(const WorkerOptions& options, const std::atomic<bool>& stop) {
  store::WritableFile file(options.database, store::Access::read_write);
  const store::Patience patience(file.reader(), kPatience);
  try {
    take_runs({options, file.queue(), file.recorder(), stop});
  } catch (const options::InputError& error) {
    try {
      file.queue().complain(options.token, error.what());
    } catch (const options::InputError&) {
      // The file takes nothing any more: the supervisor shows what is logged, and a lease that nobody renews runs out.
    }
    throw;
  }
}

}  // namespace steepest::experiment
