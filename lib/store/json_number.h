// json_number.h: numbers that JSON has no word for.
#pragma once
#include <cmath>
#include <nlohmann/json.hpp>

namespace steepest::store {

/// Null for what is not a number; "Infinity" and "-Infinity" for infinite ones.
inline nlohmann::json json_number(double value) {
  if (std::isnan(value)) return nullptr;
  if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  return value;
}

}  // namespace steepest::store
