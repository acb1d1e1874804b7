// shuffle.h: the order that stands for Hydra's random one.
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace steepest::hydra {

/// Permutes `values` at random with a seed that is a hash of `text`, so that a plan is the same every time and on every machine:
/// Fisher-Yates over std::mt19937_64, whose numbers the standard fixes, with a draw of our own, because it does not fix std::shuffle's.
void shuffle_values(std::vector<nlohmann::json>& values, const std::string& text);

}  // namespace steepest::hydra
