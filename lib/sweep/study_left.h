// study_left.h: when a study will be done, from its file alone, for whoever watches it without having planned it.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "store/reader.h"

namespace steepest::sweep {

/// Seconds until the workers that hold its runs now have done all of them, one at least. Empty where nothing like one of the runs was
/// measured.
std::optional<double> study_seconds_left(const store::Reader& reader, std::int64_t study, const std::string& scale);

}  // namespace steepest::sweep
