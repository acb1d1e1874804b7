// find_run.h: a run by what the user calls it.
#pragma once
#include <cstdint>
#include <string>

#include "store/reader.h"

namespace steepest::store {

/// The id of the run that `word` names: an id, or the first digits (six or more) of an identity. Throws options::InputError.
std::int64_t find_run(const Reader& reader, const std::string& word);

}  // namespace steepest::store
