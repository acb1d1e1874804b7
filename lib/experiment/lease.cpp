// lease.cpp: see lease.h.
#include "experiment/lease.h"

#include <chrono>

#include "store/database.h"

namespace steepest::experiment {

Lease::Lease(std::filesystem::path database, std::int64_t run, std::string token)
    : database_(std::move(database)), run_(run), token_(std::move(token)), thread_([this] { renew(); }) {}

Lease::~Lease() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void Lease::renew() {
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, std::chrono::duration<double>(kLeaseSeconds / 5), [this] { return ended_; })) {
    try {
      if (!store::Database(database_).heartbeat(run_, token_, step_, kLeaseSeconds)) lost_ = true;
    } catch (const std::exception&) {
      // A renewal that fails (a full disk, a busy file) is tried again next time; if the lease runs out meanwhile, whoever
      // takes the run over makes every later write of ours fail, and `lost` is seen then.
    }
    if (lost_) return;
  }
}

}  // namespace steepest::experiment
