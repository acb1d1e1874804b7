// cell_text.cpp: see cell_text.h.
#include "sweep/cell_text.h"

#include <map>

namespace steepest::sweep {

nlohmann::json usual_values(const std::vector<nlohmann::json>& cells) {
  nlohmann::json usual = nlohmann::json::object();
  if (cells.empty() || cells.front().size() <= 4) return usual;
  std::map<std::string, std::map<nlohmann::json, std::size_t>> counts;
  for (const auto& cell : cells) {
    for (const auto& [key, value] : cell.items()) ++counts[key][value];
  }
  for (const auto& [key, values] : counts) {
    for (const auto& [value, count] : values) {
      if (5 * count >= 4 * cells.size() && values.size() > 1) usual[key] = value;
    }
  }
  return usual;
}

}  // namespace steepest::sweep
