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

std::string without_folders(const std::string& text) {
  // A slash begins a path only after a blank, quote, bracket or sign: "1/2" and "https://host" stay.
  const std::string before = " \t\n\"'`([{<=,;|", within = " \t\n\"'`)]}>,;|:";
  std::string result;
  for (std::size_t i = 0; i < text.size();) {
    const bool begins = text[i] == '/' && (i == 0 || before.find(text[i - 1]) != std::string::npos);
    const auto end = begins ? std::min(text.find_first_of(within, i), text.size()) : i + 1;
    const auto last = begins ? text.rfind('/', end - 1) : i;
    result += last > i ? "..." : "";
    result += text.substr(last, end - last);
    i = end;
  }
  return result;
}

}  // namespace steepest::sweep
