// along.cpp: see along.h.
#include "results/along.h"

#include <algorithm>

#include "options/error.h"

namespace steepest::results {

std::vector<Along> along(const Study& study, const std::string& key, const std::string& option) {
  std::vector<Along> all;
  for (const auto& cell : study.cells) {
    nlohmann::json keys = cell.keys;
    const auto value = keys.find(key);
    if (value == keys.end() || !value->is_number()) {
      std::vector<std::string> swept;
      for (const auto& [name, ignored] : cell.keys.items()) swept.push_back(name);
      throw options::InputError(
          {option, "the study does not sweep numbers of " + key, "a swept key with numbers", options::nearest_name(key, swept), "", 0});
    }
    const double at = value->get<double>();
    keys.erase(key);
    auto known = std::find_if(all.begin(), all.end(), [&](const Along& each) { return each.keys == keys; });
    if (known == all.end()) known = all.insert(all.end(), {keys, {}});
    known->cells[at] = &cell;
  }
  return all;
}

}  // namespace steepest::results
