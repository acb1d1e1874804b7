// steps.h: how much work SQLite does for a connection, counted in instructions of its virtual machine: the same on every machine.
#pragma once
#include <sqlite3.h>

#include <cstdint>

#include "store/connection.h"

namespace steepest::store::testing {

class Steps {
 public:
  explicit Steps(const Reader& database) : handle_(database.connection().database.getHandle()) {
    sqlite3_progress_handler(
        handle_, 1, [](void* count) { return ++*static_cast<std::int64_t*>(count), 0; }, &count_);
  }
  ~Steps() { sqlite3_progress_handler(handle_, 0, nullptr, nullptr); }
  Steps(const Steps&) = delete;
  Steps& operator=(const Steps&) = delete;
  std::int64_t taken() const { return count_; }

 private:
  sqlite3* handle_;
  std::int64_t count_ = 0;
};

}  // namespace steepest::store::testing
