// text.cpp: see text.h.
#include "report/text.h"

#include <fmt/format.h>
#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <utility>

namespace steepest::report {

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t at = 0; at < text.size();) {
    if (static_cast<unsigned char>(text[at]) < 0x80) {  // nearly all of what is printed
      ++width;
      ++at;
      continue;
    }
    utf8proc_int32_t code = 0;
    const auto bytes = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()) + at,
                                        static_cast<utf8proc_ssize_t>(text.size() - at), &code);
    width += bytes > 0 ? static_cast<std::size_t>(utf8proc_charwidth(code)) : 1;
    at += bytes > 0 ? static_cast<std::size_t>(bytes) : 1;
  }
  return width;
}

std::string padded(const std::string& text, std::size_t width, bool right) {
  const std::size_t own = display_width(text);
  if (own >= width) return text;
  const std::string blanks(width - own, ' ');
  return right ? blanks + text : text + blanks;
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](unsigned char byte) { return byte < 0x80; });
}

std::string to_ascii(const std::string& text) {
  if (is_ascii(text)) return text;
  static const std::array<std::pair<const char*, const char*>, 12> table{{{"±", "+-"},
                                                                          {"–", "-"},
                                                                          {"—", "-"},
                                                                          {"−", "-"},
                                                                          {"η", "rate"},
                                                                          {"≥", ">="},
                                                                          {"≤", "<="},
                                                                          {"×", "x"},
                                                                          {"·", "."},
                                                                          {"…", "..."},
                                                                          {"†", "*"},
                                                                          {"→", "->"}}};
  std::string result = text;
  for (const auto& [from, to] : table) {
    const std::string needle = from, replacement = to;
    for (auto at = result.find(needle); at != std::string::npos; at = result.find(needle, at + replacement.size())) {
      result.replace(at, needle.size(), replacement);
    }
  }
  std::string ascii;
  for (std::size_t i = 0; i < result.size(); ++i) {
    const auto byte = static_cast<unsigned char>(result[i]);
    if (byte < 0x80) ascii += result[i];
    else if ((byte & 0xC0) != 0x80) ascii += '?';
  }
  return ascii;
}

bool locale_is_utf8() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') continue;
    const std::string locale = value;
    for (const char* mark : {"UTF-8", "utf-8", "UTF8", "utf8"}) {
      if (locale.find(mark) != std::string::npos) return true;
    }
    return false;
  }
  return false;
}

std::string count(double value) {
  const double size = std::fabs(value);
  if (size >= 999.5e6) return fmt::format("{:.3g}G", value / 1e9);
  if (size >= 999.5e3) return fmt::format("{:.3g}M", value / 1e6);
  if (size >= 10e3) return fmt::format("{:.3g}k", value / 1e3);
  return fmt::format("{:.0f}", value);
}

std::string last_part(const std::string& key) { return key.substr(key.rfind('.') + 1); }

nlohmann::json finite(double value) { return std::isfinite(value) ? nlohmann::json(value) : nlohmann::json(); }

}  // namespace steepest::report
