// json_number.h: numbers in JSON, with those that it has no word for: null for what is not a number, "Infinity" and "-Infinity".
#pragma once
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>

namespace steepest::store {

inline nlohmann::json json_number(double value) {
  if (std::isnan(value)) return nullptr;
  if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  return value;
}

/// The way back. Empty: no number.
inline std::optional<double> number_of(const nlohmann::json& value) {
  if (value.is_number()) return value.get<double>();
  if (value.is_null()) return std::nan("");
  if (value == "Infinity") return std::numeric_limits<double>::infinity();
  if (value == "-Infinity") return -std::numeric_limits<double>::infinity();
  return std::nullopt;
}

}  // namespace steepest::store
