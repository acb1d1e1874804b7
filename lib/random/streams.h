// streams.h: one seed is a set of streams, each for one purpose, so that two runs that differ in their optimizer alone see the
// same batches and the same start.
#pragma once
#include <cstdint>
#include <string_view>

namespace steepest::random {

/// SplitMix64's finaliser: a bijection of 64-bit words with full avalanche (Steele, Lea, Flood 2014).
constexpr std::uint64_t mix(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

/// The seed of one stream: of (seed, purpose, index). Purposes in use: "data" (index: step), "init" (index: parameter), "synthetic".
constexpr std::uint64_t stream_seed(std::uint64_t seed, std::string_view purpose, std::uint64_t index = 0) {
  std::uint64_t state = mix(seed);
  for (const char c : purpose) state = mix(state ^ static_cast<unsigned char>(c));
  return mix(state ^ index);
}

/// A small generator for uses outside of LibTorch: uniform doubles, the same on every platform.
class Stream {
 public:
  explicit constexpr Stream(std::uint64_t seed) : state_(seed) {}
  constexpr std::uint64_t next() { return mix(state_++); }
  /// Uniform in [0, 1).
  constexpr double uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
  /// Uniform in 0 … bound-1; the bias, bound/2^64, is far below anything seen.
  constexpr std::uint64_t below(std::uint64_t bound) {
    __extension__ using Wide = unsigned __int128;
    return static_cast<std::uint64_t>((static_cast<Wide>(next()) * bound) >> 64);
  }

 private:
  std::uint64_t state_;
};

}  // namespace steepest::random
