// lease.cpp: see lease.h.
#include "store/lease.h"

#include <chrono>
#include <optional>

#include "store/file.h"
#include "store/patience.h"

namespace steepest::store {

Lease::Lease(std::filesystem::path file, std::int64_t run, std::string token, double seconds)
    : file_(std::move(file)), run_(run), token_(std::move(token)), seconds_(seconds), thread_([this] { renew(); }) {}

Lease::~Lease() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void Lease::renew() {
  std::optional<WritableFile> file;  // opened for the first renewal: runs of milliseconds do without
  std::optional<Patience> patience;
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, std::chrono::duration<double>(seconds_ / 6), [this] { return ended_; })) {
    lock.unlock();  // the destructor must not wait for the file
    try {
      if (!file) {
        file.emplace(file_, Access::read_write);
        patience.emplace(file->reader(), std::chrono::milliseconds(static_cast<int>(seconds_ * 1000 / 6)));
      }
      if (!file->queue().heartbeat(run_, token_, step_, seconds_)) lost_ = true;
    } catch (const std::exception&) {
      // See lease.h. Where the file is gone, the next write of the run itself tells.
    }
    lock.lock();
    if (lost_) return;
  }
}

}  // namespace steepest::store
