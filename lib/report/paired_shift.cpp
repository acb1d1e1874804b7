// paired_shift.cpp: see paired_shift.h.
#include "report/paired_shift.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "options/error.h"
#include "options/json.h"
#include "report/facts.h"
#include "report/paper_figures.h"
#include "report/settings.h"
#include "report/sweep_rows.h"
#include "report/text.h"
#include "stats/paired.h"
#include "study/report_options.h"

namespace steepest::report {
namespace {

using nlohmann::json;
using store::RunStatus;

/// The runs of one combination of swept keys.
struct Group {
  stats::SeedValues values;  ///< of the completed runs
  std::int64_t runs = 0, diverged = 0, missing = 0;
};

/// A combination of the swept keys without the shifted one, and its groups by the shifted key's value.
struct Method {
  json keys;
  std::map<double, Group> by_shift;
};

std::vector<Method> methods_of(const Request& request, const std::vector<store::RunSummary>& runs, const std::string& metric,
                               const std::string& shift) {
  std::vector<Method> methods;
  for (const auto& run : runs) {
    json keys = run.cell;
    const auto value = keys.find(shift);
    if (value == keys.end() || !value->is_number())
      throw options::InputError({"report.shift", "the study does not sweep numbers of " + shift, "a swept key with numbers", "", "", 0});
    const double at = value->get<double>();
    keys.erase(shift);
    auto method = std::find_if(methods.begin(), methods.end(), [&](const Method& known) { return known.keys == keys; });
    if (method == methods.end()) method = methods.insert(methods.end(), {keys, {}});
    Group& group = method->by_shift[at];
    ++group.runs;
    if (run.status == RunStatus::diverged) ++group.diverged;
    else if (run.status != RunStatus::completed) ++group.missing;
    else if (const auto last = request.database.last_metric(run.id, metric)) group.values[run.seed] = *last;
  }
  return methods;
}

/// The entry of `reference.values` whose keys all equal this row's.
json reference_of(const json& reference, const json& row) {
  const auto values = reference.is_object() ? reference.find("values") : reference.end();
  if (!reference.is_object() || values == reference.end() || !values->is_array()) return {};
  for (const auto& entry : *values) {
    bool fits = entry.is_object();
    for (const auto& [key, value] : row.items()) fits = fits && entry.contains(key) && entry.at(key) == value;
    if (fits) return entry;
  }
  return {};
}

/// "+8.1e-2": two digits, the exponent without zeros.
std::string scientific(double value, const char* format = "{:+.1e}") {
  if (!std::isfinite(value)) return "-";
  std::string text = fmt::format(fmt::runtime(format), value);
  const auto sign = text.find('e') + 1;
  if (text[sign + 1] == '0') text.erase(sign + 1, 1);
  if (text[sign] == '+') text.erase(sign, 1);
  return text;
}
std::string loss_text(double value) { return std::isfinite(value) ? fmt::format("{:.4f}", value) : "-"; }

std::string paper_text(const json& entry) {
  if (!entry.is_object() || !entry.contains("shift") || !entry.at("shift").is_number()) return "-";
  std::string text = scientific(entry.at("shift").get<double>());
  if (entry.contains("low") && entry.contains("high")) {
    text += fmt::format(" [{}, {}]", scientific(entry.at("low").get<double>()), scientific(entry.at("high").get<double>()));
  }
  return text;
}

class ShiftTable {
 public:
  /// `reference`: the paper's figures; null: none are shown.
  ShiftTable(const study::PairedShiftOptions& settings, const std::vector<Method>& methods, const json& reference)
      : settings_(settings), methods_(methods), reference_(reference), with_paper_(!reference.is_null()) {}

  Table build() {
    const std::string c = last_part(settings_.shift), metric = last_part(settings_.metric);
    for (const auto& key : keys()) table_.columns.push_back({last_part(key)}), table_.keys.push_back(key);
    for (const auto& header : {c, fmt::format("at {}", number(settings_.baseline)), std::string("there"), std::string("shift"), std::string("95 % interval"),
                               std::string("seeds")})
      table_.columns.push_back({header, true});
    if (any_diverged()) table_.columns.push_back({"diverged", true});
    for (const char* key : {"shift", "standard_error", "low", "high", "seeds", "diverged", "missing"}) table_.keys.push_back(key);
    table_.keys.insert(table_.keys.end(), {settings_.shift, metric + "_at_baseline", metric});
    if (with_paper_) {
      table_.columns.push_back({"paper", true});
      table_.keys.insert(table_.keys.end(), {"paper_shift", "paper_low", "paper_high"});
    }
    for (const auto& method : methods_) {
      for (const auto& [value, group] : method.by_shift) {
        if (value != settings_.baseline) add(method, value, group);
      }
    }
    return std::move(table_);
  }

 private:
  bool any_diverged() const {
    for (const auto& method : methods_) {
      for (const auto& [value, group] : method.by_shift) {
        if (group.diverged > 0) return true;
      }
    }
    return false;
  }

  /// The row's own key first.
  std::vector<std::string> keys() const {
    std::vector<std::string> names;
    if (methods_.empty()) return {settings_.row};
    for (const auto& [key, value] : methods_.front().keys.items()) names.push_back(key);
    std::stable_partition(names.begin(), names.end(), [&](const std::string& name) { return name == settings_.row; });
    return names;
  }

  void add(const Method& method, double value, const Group& group) {
    const auto found = method.by_shift.find(settings_.baseline);
    const Group baseline = found == method.by_shift.end() ? Group{} : found->second;
    const auto shift = stats::paired_difference(group.values, baseline.values, 0);
    const auto mean = [](const Group& of) { return of.values.empty() ? std::numeric_limits<double>::quiet_NaN() : stats::mean(stats::values_of(of.values)); };
    const std::int64_t diverged = group.diverged + baseline.diverged, missing = group.missing + baseline.missing;
    std::vector<std::string> texts;
    std::vector<json> values;
    json row = method.keys;
    row[settings_.shift] = value;
    for (const auto& key : keys()) texts.push_back(value_text(method.keys.at(key))), values.push_back(method.keys.at(key));
    const std::string spread = std::isfinite(shift.standard_error) ? " ± " + scientific(shift.standard_error, "{:.1e}") : "";
    const std::string interval = std::isfinite(shift.interval.low)
                                     ? fmt::format("[{}, {}]", scientific(shift.interval.low), scientific(shift.interval.high)) : "-";
    for (const auto& text : {number(value), loss_text(mean(baseline)), loss_text(mean(group)), scientific(shift.mean) + spread, interval, std::to_string(shift.n)})
      texts.push_back(text);
    if (any_diverged()) texts.push_back(std::to_string(diverged));
    for (const double item : {shift.mean, shift.standard_error, shift.interval.low, shift.interval.high}) values.push_back(finite(item));
    for (const std::int64_t item : {shift.n, diverged, missing}) values.push_back(item);
    values.insert(values.end(), {json(value), finite(mean(baseline)), finite(mean(group))});
    if (with_paper_) {
      const json entry = reference_of(reference_, row);
      texts.push_back(paper_text(entry));
      for (const char* key : {"shift", "low", "high"}) values.push_back(entry.is_object() ? entry.value(key, json()) : json());
    }
    table_.rows.push_back(std::move(texts));
    table_.values.push_back(std::move(values));
  }

  const study::PairedShiftOptions& settings_;
  const std::vector<Method>& methods_;
  json reference_;
  bool with_paper_;
  Table table_;
};

std::int64_t missing_runs(const std::vector<Method>& methods) {
  std::int64_t count = 0;
  for (const auto& method : methods) {
    for (const auto& [value, group] : method.by_shift) count += group.missing;
  }
  return count;
}

}  // namespace

Report paired_shift_report(const Request& request) {
  const json& section = request.definition.at("report");
  const auto settings = options::from_json<study::PairedShiftOptions>(section, "report", study::kReportKeys);
  if (settings.shift.empty()) throw options::InputError({"report.shift", "this key is missing", "the swept key whose change is judged", "", "", 0});
  const auto runs = request.database.runs(request.study, request.scale);
  const auto methods = methods_of(request, runs, settings.metric, settings.shift);
  const bool synthetic = is_synthetic(request, runs);
  const json reference = synthetic ? json() : section.value("reference", json());  // what a paper found says nothing about another corpus
  Report report;
  report.title = title_of(request.definition, request.name);
  report.header = study_facts(request, runs);
  if (synthetic) report.notices.push_back(kSyntheticNotice);
  report.table = ShiftTable(settings, methods, reference).build();
  report.footnotes.push_back(fmt::format("{} = {}; shift: {} there minus at {}, paired by seed", last_part(settings.shift),
                                         settings.shift, settings.metric, number(settings.baseline)));
  report.footnotes.push_back("± standard error over seeds; interval by " + stats::bootstrap_method() + "; with few seeds it is too narrow");
  if (const auto missing = missing_runs(methods); missing > 0)
    report.footnotes.push_back(fmt::format("incomplete: {} of {} runs are missing", missing, runs.size()));
  if (const auto source = paper_source(reference); !source.empty()) report.footnotes.push_back("paper: " + source);
  if (const auto dirty = dirty_footnote(request); !dirty.empty()) report.footnotes.push_back(dirty);
  return report;
}

}  // namespace steepest::report
