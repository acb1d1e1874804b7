// snapshot.h: several reads of one state of the file.
#pragma once
#include "store/reader.h"

namespace steepest::store {

/// One state of the file for all reads of this object's life, whatever others write meanwhile.
class Snapshot {
 public:
  explicit Snapshot(const Reader& reader);
  ~Snapshot();
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

 private:
  Reader reader_;
};

}  // namespace steepest::store
