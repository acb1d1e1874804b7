// duration.h: durations as readers write them.
#pragma once
#include <string>

namespace steepest::sweep {

/// "45 s", "3 min 20 s", "2 h 05 min". Negative or not finite: "?".
std::string duration_text(double seconds);

}  // namespace steepest::sweep
