// status.h: run statuses as they stand in the file.
#pragma once
#include <string>

#include "store/database.h"

namespace steepest::store {

/// The inverse of to_string. Throws std::invalid_argument for any other text.
RunStatus status_from(const std::string& name);

}  // namespace steepest::store
