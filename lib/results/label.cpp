// label.cpp: see label.h.
#include "results/label.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace steepest::results {

using nlohmann::json;
namespace {
constexpr std::size_t kLongNumber = 9;  // in letters: -1.25e-06 is none yet
}  // namespace

std::string number(double value) {
  if (std::isfinite(value) && value == std::floor(value) && std::fabs(value) < 1e15) return fmt::format("{:.0f}", value);
  return fmt::format("{}", value);
}

std::string value_text(const json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number_float()) return number(value.get<double>());
  return value.dump();
}

json at_key(const json& config, const std::string& key) {
  const json* node = &config;
  for (std::size_t start = 0; start <= key.size();) {
    const auto dot = std::min(key.find('.', start), key.size());
    const auto found = node->is_object() ? node->find(key.substr(start, dot - start)) : node->end();
    if (!node->is_object() || found == node->end()) return {};
    node = &*found;
    start = dot + 1;
  }
  return *node;
}

std::string value_label(const std::string& key, const json& value) {
  if (key == "model.rank" && value.is_number() && value == 0) return "dense";
  auto text = value_text(value);
  if (value.is_number_float() && text.size() > kLongNumber) text = fmt::format("{:.4g}", value.get<double>());
  return text;
}

}  // namespace steepest::results
