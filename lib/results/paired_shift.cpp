// paired_shift.cpp: see paired_shift.h.
#include "results/paired_shift.h"

#include "options/error.h"
#include "results/along.h"

namespace steepest::results {
PairedShifts paired_shift(const Study& study, const study::PairedShiftOptions& asked) {
  PairedShifts result{asked, {}};
  if (asked.shift.empty()) throw options::InputError({"shift", "this key is missing", "the swept key whose change is judged", "", "", 0});
  for (const auto& method : along(study, asked.shift, "shift")) {
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
