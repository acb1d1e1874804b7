// paired_shift.cpp: see paired_shift.h.
#include "results/paired_shift.h"

#include <algorithm>

#include "options/error.h"

namespace steepest::results {
namespace {

using nlohmann::json;

/// A combination of the swept keys without the shifted one, and its cells by the shifted key's value.
struct Method {
  json keys;
  std::map<double, const Cell*> cells;
};

std::vector<Method> methods_of(const Study& study, const std::string& shift) {
  if (shift.empty()) throw options::InputError({"shift", "this key is missing", "the swept key whose change is judged", "", "", 0});
  std::vector<Method> methods;
  for (const auto& cell : study.cells) {
    json keys = cell.keys;
    const auto value = keys.find(shift);
    if (value == keys.end() || !value->is_number())
      throw options::InputError({"shift", "the study does not sweep numbers of " + shift, "a swept key with numbers", "", "", 0});
    const double at = value->get<double>();
    keys.erase(shift);
    auto method = std::find_if(methods.begin(), methods.end(), [&](const Method& known) { return known.keys == keys; });
    if (method == methods.end()) method = methods.insert(methods.end(), {keys, {}});
    method->cells[at] = &cell;
  }
  return methods;
}

}  // namespace

PairedShifts paired_shift(const Study& study, const study::PairedShiftOptions& asked) {
  PairedShifts result{asked, {}};
  for (const auto& method : methods_of(study, asked.shift)) {
    const auto found = method.cells.find(asked.baseline);
    const Cell* baseline = found == method.cells.end() ? nullptr : found->second;
    const auto at_baseline = baseline ? level(study, *baseline, asked.metric) : Statistic{};
    for (const auto& [value, cell] : method.cells) {
      if (value == asked.baseline) continue;
      ShiftRow row{method.keys, value, cell, baseline, counts(*cell, asked.metric), level(study, *cell, asked.metric), at_baseline, {}, {}};
      if (baseline) {
        row.counts += counts(*baseline, asked.metric);
        row.shift = shift(study, *cell, *baseline, asked.metric);
        row.differences = differences(*cell, *baseline, asked.metric);
      }
      result.rows.push_back(std::move(row));
    }
  }
  return result;
}

}  // namespace steepest::results
