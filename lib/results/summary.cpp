// summary.cpp: see summary.h.
#include "results/summary.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <sstream>

#include "options/error.h"
#include "options/valid_text.h"
#include "results/pattern.h"

namespace steepest::results {
namespace {

const std::vector<std::string> kOfCurve = {"last", "first", "lowest", "highest"}, kOfSeveral = {"mean", "median", "lowest", "highest"};

/// "effective_rank.*:last:lowest".
struct Asked {
  std::string metric, of_curve = "last", of_several = "mean";
};

std::string checked(const std::string& word, const std::vector<std::string>& known, const std::string& in) {
  if (std::find(known.begin(), known.end(), word) != known.end()) return word;
  throw options::InputError(
      {"metrics", "found \"" + word + "\" in \"" + in + "\"", options::one_of_text(known), options::nearest_name(word, known), "", 0});
}

Asked parsed(const std::string& text) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, ':');) parts.push_back(part);
  if (parts.empty() || parts.front().empty() || parts.size() > 3)
    throw options::InputError(
        {"metrics", "found \"" + text + "\"", "METRIC[:OF_ITS_CURVE[:OF_SEVERAL]], such as effective_rank.*:last:lowest", "", "", 0});
  Asked asked{parts[0]};
  if (parts.size() > 1) asked.of_curve = checked(parts[1], kOfCurve, text);
  if (parts.size() > 2) asked.of_several = checked(parts[2], kOfSeveral, text);
  return asked;
}

/// By a word of kOfCurve or kOfSeveral, of values that are not empty.
double reduced(std::vector<double> values, const std::string& how) {
  if (how == "first") return values.front();
  if (how == "last") return values.back();
  if (how == "lowest") return *std::min_element(values.begin(), values.end());
  if (how == "highest") return *std::max_element(values.begin(), values.end());
  double sum = 0;
  for (const double value : values) sum += value;
  if (how == "mean") return sum / static_cast<double>(values.size());
  std::sort(values.begin(), values.end());
  const auto middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

std::optional<double> value_of(const Run& run, const Asked& asked) {
  std::vector<double> found;
  for (const auto& [name, value] : run.values) {
    if (!fits(name, asked.metric)) continue;
    if (asked.of_curve == "last") {
      found.push_back(value.last);
    } else if (const auto curve = run.curves.find(name); curve != run.curves.end()) {
      found.push_back(reduced(curve->second.values, asked.of_curve));
    }
  }
  if (found.empty()) return std::nullopt;
  return reduced(std::move(found), asked.of_several);
}

}  // namespace

Summaries summary(const Study& study, const study::SummaryOptions& asked) {
  Summaries result{asked, {}};
  std::vector<Asked> metrics;
  for (const auto& text : asked.metrics) {
    metrics.push_back(parsed(text));
    const auto known = study.metrics();
    const auto has = [&](const std::string& name) { return fits(name, metrics.back().metric); };
    if (!known.empty() && std::none_of(known.begin(), known.end(), has)) {
      throw options::InputError({"metrics", "no run of the study has a metric \"" + metrics.back().metric + "\"", options::list_text(known),
                                 options::nearest_name(metrics.back().metric, known), "", 0});
    }
  }
  for (const auto& cell : study.cells) {
    SummaryRow row{&cell, counts(cell, metrics.empty() ? "" : metrics.front().metric), {}};
    for (std::size_t i = 0; i < metrics.size(); ++i) {
      stats::SeedValues values;
      for (const auto& run : cell.runs) {
        if (run.status != store::RunStatus::completed) continue;
        if (const auto value = value_of(run, metrics[i]); value && std::isfinite(*value)) values.emplace(run.seed, *value);
      }
      row.values.emplace_back(asked.metrics[i], summarize(cell, values, asked.metrics[i]));
    }
    result.rows.push_back(std::move(row));
  }
  return result;
}

std::vector<std::string> summary_curves(const nlohmann::json& options) {
  std::set<std::string> curves;
  const auto metrics = options.find("metrics");
  if (!options.is_object() || metrics == options.end() || !metrics->is_array()) return {};
  for (const auto& metric : *metrics) {
    if (!metric.is_string()) continue;
    const auto asked = parsed(metric.get<std::string>());
    if (asked.of_curve != "last") curves.insert(asked.metric);
  }
  return {curves.begin(), curves.end()};
}

}  // namespace steepest::results
