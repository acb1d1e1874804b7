// varying_keys.h: in which swept keys the cells of a table differ.
#pragma once
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

namespace steepest::report {

/// The swept keys that not all of the rows' cells have with one value, by name.
template <class Rows>
std::vector<std::string> varying_keys(const Rows& rows) {
  std::map<std::string, std::set<nlohmann::json>> values;
  std::map<std::string, std::size_t> counts;
  for (const auto& row : rows) {
    for (const auto& [key, value] : row.cell->keys.items()) values[key].insert(value), ++counts[key];
  }
  std::vector<std::string> keys;
  for (const auto& [key, seen] : values) {
    if (seen.size() > 1 || counts[key] < rows.size()) keys.push_back(key);
  }
  return keys;
}

}  // namespace steepest::report
