// shuffle.cpp: see shuffle.h.
#include "config/shuffle.h"

#include <cstdint>
#include <random>
#include <utility>

#include "digest/sha256.h"

namespace steepest::config {
namespace {

/// Uniform in [0, count): numbers of the last, incomplete round are drawn again.
std::uint64_t draw(std::mt19937_64& random, std::uint64_t count) {
  const std::uint64_t rounds = std::mt19937_64::max() / count * count;
  std::uint64_t number = random();
  while (number >= rounds) number = random();
  return number % count;
}

}  // namespace

void shuffle_values(std::vector<nlohmann::json>& values, const std::string& text) {
  std::mt19937_64 random(std::stoull(digest::sha256(text).substr(0, 16), nullptr, 16));
  for (std::size_t left = values.size(); left > 1; --left) std::swap(values[left - 1], values[draw(random, left)]);
}

}  // namespace steepest::config
