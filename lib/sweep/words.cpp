// words.cpp: see words.h.
#include "sweep/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace steepest::sweep {

std::string duration(double seconds) {
  if (!std::isfinite(seconds) || seconds < 0) return "?";
  const auto whole = std::llround(seconds);
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
  return fmt::format("{} h {:02} min", whole / 3600, whole % 3600 / 60);
}

std::string cell_text(const nlohmann::json& cell) {
  std::string text;
  for (const auto& [key, value] : cell.items()) {
    text += (text.empty() ? "" : " ") + key + "=" + (value.is_string() ? value.get<std::string>() : value.dump());
  }
  return text.empty() ? "(nothing swept)" : text;
}

}  // namespace steepest::sweep
