// lease.cpp: see lease.h.
#include "store/lease.h"

#include <chrono>
#include <optional>

#include "store/file.h"
#include "store/patience.h"

namespace steepest::store {

Lease::Lease(std::filesystem::path file, std::vector<std::int64_t> runs, std::string token, double seconds)
    : file_(std::move(file)), runs_(std::move(runs)), token_(std::move(token)), seconds_(seconds), thread_([this] { renew(); }) {}

Lease::~Lease() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

bool Lease::lost(std::int64_t run) const {
  if (lost_count_ == 0) return false;
  const std::lock_guard lock(mutex_);
  return lost_.count(run) > 0;
}

void Lease::renew() {
  std::optional<WritableFile> file;  // opened for the first renewal: runs of milliseconds do without
  std::optional<Patience> patience;
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, std::chrono::duration<double>(seconds_ / 6), [this] { return ended_; })) {
    std::vector<std::int64_t> held;
    for (const auto run : runs_) {
      if (lost_.count(run) == 0) held.push_back(run);
    }
    lock.unlock();  // the destructor must not wait for the file
    std::set<std::int64_t> gone;
    try {
      if (!file) {
        file.emplace(file_, Access::read_write);
        patience.emplace(file->reader(), std::chrono::milliseconds(static_cast<int>(seconds_ * 1000 / 6)));
      }
      store::Queue queue = file->queue();
      queue.transaction([&] {
        gone.clear();
        for (const auto run : held) {
          if (!queue.heartbeat(run, token_, step_, seconds_)) gone.insert(run);
        }
      });
    } catch (const std::exception&) {
      // See lease.h. Where the file is gone, the next write of the run itself tells.
    }
    lock.lock();
    lost_.merge(gone);
    lost_count_ = lost_.size();
    if (lost()) return;
  }
}

}  // namespace steepest::store
