// snapshot.cpp: see snapshot.h.
#include "store/snapshot.h"

#include "store/connection.h"

namespace steepest::store {

Snapshot::Snapshot(const Reader& reader) : reader_(reader) {
  reader_.connection().guarded([&] { reader_.connection().database.exec("BEGIN"); });
}

Snapshot::~Snapshot() { reader_.connection().database.tryExec("ROLLBACK"); }

}  // namespace steepest::store
