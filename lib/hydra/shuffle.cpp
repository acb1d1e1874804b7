// shuffle.cpp: see shuffle.h.
#include "hydra/shuffle.h"

#include <random>
#include <utility>

#include "digest/sha256.h"
#include "random/draw.h"

namespace steepest::hydra {

void shuffle_values(std::vector<nlohmann::json>& values, const std::string& text) {
  std::mt19937_64 engine(std::stoull(digest::sha256(text).substr(0, 16), nullptr, 16));
  for (std::size_t left = values.size(); left > 1; --left) std::swap(values[left - 1], values[random::below(engine, left)]);
}

}  // namespace steepest::hydra
