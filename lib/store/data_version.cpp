// data_version.cpp: see data_version.h.
#include "store/data_version.h"

#include "store/connection.h"

namespace steepest::store {

std::int64_t data_version(const Reader& reader) {
  return reader.connection().guarded([&] {
    Loan row = reader.connection().prepare("PRAGMA data_version");
    row.step();
    return row.integer(0);
  });
}

}  // namespace steepest::store
