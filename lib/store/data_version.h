// data_version.h: whether anybody has written to the file.
#pragma once
#include <cstdint>

#include "store/reader.h"

namespace steepest::store {

/// Another number whenever another connection has written since the last call with this reader. Costs next to nothing.
std::int64_t data_version(const Reader& reader);

}  // namespace steepest::store
