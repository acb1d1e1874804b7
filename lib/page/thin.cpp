// thin.cpp: see thin.h.
#include "page/thin.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

namespace steepest::page {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t kFewestPoints = 8, kMostPoints = 96, kMostOfSpectrum = 24;

/// Which of `count` places are kept.
std::vector<std::size_t> places(std::size_t count, std::size_t most) {
  std::vector<std::size_t> kept;
  const std::size_t wanted = std::min(count, std::max<std::size_t>(most, 2));
  for (std::size_t i = 0; i < wanted; ++i) kept.push_back(wanted == 1 ? 0 : i * (count - 1) / (wanted - 1));
  return kept;
}

/// The length that the lists of a course share; 0: it has none.
std::size_t length_of(const ordered_json& course) {
  std::size_t length = 0;
  for (const auto& item : course) {
    if (item.is_array()) length = std::max(length, item.size());
  }
  return length;
}

ordered_json kept_of(const ordered_json& list, std::size_t most) {
  ordered_json result = ordered_json::array();
  for (const auto place : places(list.size(), most)) {
    const auto& item = list[place];
    if (item.is_array()) result.push_back(kept_of(item, kMostOfSpectrum));
    else result.push_back(item.is_number_float() ? ordered_json(rounded(item.get<double>())) : item);
  }
  return result;
}

/// Which singular values are kept, the largest being 1.
ordered_json positions_of(const ordered_json& spectrum) {
  ordered_json positions = ordered_json::array();
  for (const auto place : places(spectrum.size(), kMostOfSpectrum)) positions.push_back(place + 1);
  return positions;
}

template <class Visit>
void each_course(ordered_json& tree, const Visit& visit) {
  if (!tree.is_structured()) return;
  for (auto& [key, item] : tree.items()) {
    if (key == "courses" && item.is_array() && tree.is_object()) {
      for (auto& course : item) visit(course);
    } else {
      each_course(item, visit);
    }
  }
}

/// How many numbers a course has at each of its points.
std::size_t width_of(const ordered_json& course) {
  std::size_t width = 0;
  for (const auto& item : course) {
    if (item.is_array() && !item.empty()) width += item.front().is_array() ? std::min(item.front().size(), kMostOfSpectrum) : 1;
  }
  return width;
}

void drop_how_intervals_are_drawn(ordered_json& tree) {
  if (tree.is_object()) {
    tree.erase("method");
    tree.erase("bootstrap_seed");
  }
  if (!tree.is_structured()) return;
  for (auto& item : tree) drop_how_intervals_are_drawn(item);
}

/// The place of a cell, which is added where it is new. Whole numbers under the same key cannot be meant: cells are objects.
using Places = std::map<std::string, std::size_t>;

void share(ordered_json& tree, Places& places, ordered_json& list) {
  if (!tree.is_structured()) return;
  for (auto& [key, item] : tree.items()) {
    if (key != "cell" || !tree.is_object() || !item.is_object()) {
      share(item, places, list);
      continue;
    }
    const auto [at, fresh] = places.emplace(nlohmann::json(item).dump(), list.size());
    if (fresh) list.push_back(item);
    item = at->second;
  }
}

/// The column `cell` of the table of runs, which has texts.
void share_of_table(ordered_json& table, Places& places, ordered_json& list) {
  const auto& columns = table.at("columns");
  const auto column = static_cast<std::size_t>(std::find(columns.begin(), columns.end(), "cell") - columns.begin());
  for (auto& row : table.at("rows")) {
    const nlohmann::json cell = nlohmann::json::parse(row.at(column).get<std::string>());
    const auto [at, fresh] = places.emplace(cell.dump(), list.size());
    if (fresh) list.push_back(ordered_json(cell));
    row[column] = at->second;
  }
}

}  // namespace

void share_cells(ordered_json& study) {
  Places places;
  ordered_json list = ordered_json::array();
  share(study, places, list);
  share_of_table(study.at("runs"), places, list);
  study["cell_list"] = std::move(list);
}

double rounded(double value, int digits) {
  if (value == 0 || !std::isfinite(value)) return value;
  const int places = digits - 1 - static_cast<int>(std::floor(std::log10(std::fabs(value))));
  if (places > 300 || places < -300) return value;
  // Dividing by a whole power of ten gives the number nearest to the short text; multiplying by its inverse would not.
  const double power = std::pow(10.0, std::abs(places));
  return places >= 0 ? std::round(value * power) / power : std::round(value / power) * power;
}

void thin(ordered_json& report, std::size_t most) {
  std::size_t widths = 0;
  each_course(report, [&](const ordered_json& course) { widths += width_of(course); });
  const std::size_t points = std::clamp(most / std::max<std::size_t>(widths, 1), kFewestPoints, kMostPoints);
  each_course(report, [&](ordered_json& course) {
    const std::size_t length = length_of(course);
    ordered_json positions;
    for (auto& item : course) {
      if (!item.is_array() || item.size() != length) continue;
      if (!item.empty() && item.front().is_array()) positions = positions_of(item.front());
      item = kept_of(item, points);
    }
    if (!positions.is_null()) course["positions"] = std::move(positions);
  });
  drop_how_intervals_are_drawn(report);
}

}  // namespace steepest::page
