// merge.h: the finished runs of another database.
#pragma once
#include <filesystem>

#include "exchange/importer.h"

namespace steepest::exchange {

/// Takes all finished runs, studies and ties of the file `other`, which is not changed: a file of an older schema is copied and the
/// copy upgraded. Throws InputError if `other` is not there, is no database of ours, or is the same file as `database`.
Received merge(const std::filesystem::path& database, const std::filesystem::path& other);

}  // namespace steepest::exchange
