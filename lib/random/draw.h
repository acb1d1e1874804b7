// draw.h: unbiased draws, the same on every platform.
#pragma once
#include <cstddef>
#include <cstdint>
#include <limits>
#include <random>

namespace steepest::random {

/// Uniform in [0, count). Spelled out since the standard's distributions differ between libraries, its engines do not.
inline std::size_t below(std::mt19937_64& engine, std::uint64_t count) {
  const std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
  const std::uint64_t limit = most - most % count;  // what lies above would favour the first indices
  for (;;) {
    const std::uint64_t draw = engine();
    if (draw < limit) return static_cast<std::size_t>(draw % count);
  }
}

}  // namespace steepest::random
