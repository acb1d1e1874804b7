// rate_range.cpp: see rate_range.h.
#include "study/rate_range.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include "options/valid_text.h"
#include "study/file_error.h"

namespace steepest::study {
namespace {

using options::number_text;

constexpr double kPointsOfADecade = 4, kReach = 10;
constexpr std::int64_t kMostPoints = 100;
constexpr std::size_t kMostRates = 1000;
constexpr double kRounding = 1e-3;  // of the rates: a limit that is itself a rate of the grid may be tried

const std::vector<std::string>& keys() {
  static const std::vector<std::string> names = {"from", "to", "points", "grow", "lowest", "highest"};
  return names;
}

/// To four significant digits: a rate is part of a run's identity, and the last bits of a power differ between mathematical libraries.
double rounded(double rate) {
  std::array<char, 32> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), rate, std::chars_format::scientific, 3).ptr;
  std::from_chars(text.data(), end, rate);
  return rate;
}

std::optional<double> rate_at(const hydra::Node& map, const std::string& path, const char* key) {
  const hydra::Node* node = map.find(key);
  if (!node) return {};
  const double rate = node->is_scalar() && node->value.is_number() ? node->value.get<double>() : 0;
  if (!(rate > 0 && std::isfinite(rate))) fail(*node, path + "." + key, "found " + options::quoted(node->to_json()), "a number > 0");
  return rate;
}

double required_rate(const hydra::Node& map, const std::string& path, const char* key) {
  if (const auto rate = rate_at(map, path, key)) return *rate;
  fail(map, path + "." + key, "this key is missing", "a number > 0: the grid goes from one learning rate to another");
}

std::int64_t points_of(const hydra::Node& map, const std::string& path, double decades) {
  const hydra::Node* node = map.find("points");
  const auto usual = std::clamp(std::llround(kPointsOfADecade * decades) + 1, 2LL, static_cast<long long>(kMostPoints));
  if (!node) return usual;
  const bool integer = node->is_scalar() && node->value.is_number_integer();
  const auto points = integer ? node->value.get<std::int64_t>() : 0;
  if (points < 2 || points > kMostPoints)
    fail(*node, path + ".points", "found " + options::quoted(node->to_json()), "an integer from 2 to " + std::to_string(kMostPoints));
  return points;
}

bool grows(const hydra::Node& map, const std::string& path) {
  const hydra::Node* node = map.find("grow");
  if (!node) return false;
  if (!node->is_scalar() || !node->value.is_boolean())
    fail(*node, path + ".grow", "found " + options::quoted(node->to_json()), "true or false");
  return node->value.get<bool>();
}

/// How far a grid may grow on one side, which cannot lie within the grid.
double limit_of(const hydra::Node& map, const std::string& path, const char* key, double usual, double end, bool below) {
  const auto given = rate_at(map, path, key);
  if (given && (below ? *given > end : *given < end)) {
    fail(*map.find(key), path + "." + key, "found " + options::quoted(number_text(*given)) + ", which lies within the grid",
         std::string("a number ") + (below ? "<= " : ">= ") + number_text(end));
  }
  return given.value_or(usual);
}

}  // namespace

bool is_rate_range(const hydra::Node& value) {
  return value.is_map() && std::any_of(keys().begin(), keys().end(), [&](const std::string& key) { return value.find(key); });
}

RateRange read_rate_range(const hydra::Node& map, const std::string& path) {
  check_keys(map, path, keys());
  const double from = required_rate(map, path, "from"), to = required_rate(map, path, "to");
  if (to <= from)
    fail(*map.find("to"), path + ".to", "found " + options::quoted(number_text(to)), "a number > " + number_text(from) + ", which is from");
  const auto points = points_of(map, path, std::log10(to / from));
  const double ratio = std::pow(to / from, 1.0 / static_cast<double>(points - 1));
  RateRange range;
  for (std::int64_t i = 0; i < points; ++i) {
    range.rates.push_back(i == 0 ? from : i + 1 == points ? to : rounded(from * std::pow(ratio, static_cast<double>(i))));
  }
  if (std::adjacent_find(range.rates.begin(), range.rates.end(), std::greater_equal<>()) != range.rates.end())
    fail(map, path, std::to_string(points) + " rates from " + number_text(from) + " to " + number_text(to) + " lie too close together",
         "fewer points, or ends farther apart");
  if (!grows(map, path)) {
    for (const char* key : {"lowest", "highest"}) {
      if (const auto* node = map.find(key)) fail(*node, path + "." + key, "this grid does not grow", "grow: true beside it");
    }
    return range;
  }
  const double reach = std::max(kReach, ratio);
  const double lowest = limit_of(map, path, "lowest", from / reach, from, true);
  const double highest = limit_of(map, path, "highest", to * reach, to, false);
  const auto further = [&](double end, std::size_t steps, int way) {
    return rounded(end * std::pow(ratio, way * static_cast<double>(steps)));
  };
  for (std::size_t i = 1; i <= kMostRates && further(from, i, -1) >= lowest * (1 - kRounding); ++i)
    range.beyond.push_back(further(from, i, -1));
  std::reverse(range.beyond.begin(), range.beyond.end());
  for (std::size_t i = 1; i <= kMostRates && further(to, i, 1) <= highest * (1 + kRounding); ++i) range.beyond.push_back(further(to, i, 1));
  if (range.beyond.size() > kMostRates)
    fail(map, path, "may grow by more than " + std::to_string(kMostRates) + " rates", "fewer points, or nearer limits lowest and highest");
  if (range.beyond.empty())
    fail(map, path, "cannot grow: no rate of its ratio lies within the limits", "a smaller lowest, or a larger highest");
  return range;
}

}  // namespace steepest::study
