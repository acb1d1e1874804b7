// writer.h: what the keys that write have in common.
#pragma once
#include <functional>

#include "store/reader.h"

namespace steepest::store {

/// Who may write may read. What may be written is said by the classes made of this: Planner, Queue, Recorder, Remover.
class Writer : public Reader {
 public:
  /// Runs `body` in one transaction: all of it or nothing, whichever keys to this file it uses.
  void transaction(const std::function<void()>& body);

  /// For lib/store alone.
  using Reader::connection;
  Connection& connection() { return *writing_; }

 protected:
  explicit Writer(Connection& connection) : Reader(connection), writing_(&connection) {}

 private:
  Connection* writing_;
};

}  // namespace steepest::store
