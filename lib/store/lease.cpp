// lease.cpp: see lease.h.
#include "store/lease.h"

#include <chrono>
#include <optional>

#include "store/database.h"

namespace steepest::store {

Lease::Lease(std::filesystem::path database, std::int64_t run, std::string token, double seconds)
    : database_(std::move(database)), run_(run), token_(std::move(token)), seconds_(seconds), thread_([this] { renew(); }) {}

Lease::~Lease() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void Lease::renew() {
  std::optional<Database> database;
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, std::chrono::duration<double>(seconds_ / 6), [this] { return ended_; })) {
    lock.unlock();  // the destructor must not wait for the file
    try {
      if (!database) {
        database.emplace(database_);
        database->set_patience(std::chrono::milliseconds(static_cast<int>(seconds_ * 1000 / 6)));
      }
      if (!database->heartbeat(run_, token_, step_, seconds_)) lost_ = true;
    } catch (const std::exception&) {
      database.reset();  // the file may have been replaced; see lease.h
    }
    lock.lock();
    if (lost_) return;
  }
}

}  // namespace steepest::store
