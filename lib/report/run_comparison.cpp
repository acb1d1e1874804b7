// run_comparison.cpp: see run_comparison.h.
#include "report/run_comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>

#include "options/error.h"
#include "report/text.h"
#include "run/numerics.h"
#include "store/flatten.h"

namespace steepest::report {
namespace {

using nlohmann::json;
using options::InputError;
using Values = std::map<std::string, json>;

Values leaves(const json& tree) {
  Values values;
  if (!tree.is_object()) return values;
  for (const auto& param : store::flatten(tree)) values[param.key] = param.number ? json(*param.number) : json(param.value);
  return values;
}

/// Hashes are cut: nobody reads 64 digits.
std::string shown_value(const std::string& key, const json& value) {
  const bool hash = key == "identity" || key == "parameter_hash";
  return value.is_null() ? "-" : hash ? value_text(value).substr(0, 12) : value_text(value);
}

/// Lines side by side for readers and for machines.
class ComparisonLines {
 public:
  ComparisonLines(std::int64_t a, std::int64_t b) {
    table.columns = {{"part"}, {"key"}, {fmt::format("run {}", a), true}, {fmt::format("run {}", b), true}, {"difference", true}};
    table.keys = {"part", "key", "a", "b", "difference"};
  }

  void add(const std::string& part, const std::string& key, const json& a, const json& b, bool with_difference = false) {
    const bool numbers = with_difference && a.is_number() && b.is_number();
    const double difference = numbers ? b.get<double>() - a.get<double>() : 0;
    table.rows.push_back({part, key, shown_value(key, a), shown_value(key, b), numbers ? fmt::format("{:+.4g}", difference) : ""});
    table.values.push_back({part, key, a, b, numbers ? finite(difference) : json()});
  }

  /// The keys of both sides that differ, or all; one that a side lacks is null there. Returns how many differ.
  int add_all(const std::string& part, const Values& a, const Values& b, bool all) {
    Values keys = a;
    keys.insert(b.begin(), b.end());
    int differing = 0;
    for (const bool different : {true, false}) {
      for (const auto& [key, ignored] : keys) {
        const auto left = a.find(key), right = b.find(key);
        const json x = left == a.end() ? json() : left->second, y = right == b.end() ? json() : right->second;
        if ((x != y) != different) continue;
        differing += different;
        if (different || all) add(part, key, x, y);
      }
    }
    return differing;
  }

  Table table;
};

json or_null(const std::string& text) { return text.empty() ? json() : json(text); }

/// What is always shown, and what only where it differs.
Values ending_of(const store::RunDetails& run) {
  return {{"attempts", run.attempts},
          {"diverged_step", run.diverged_step ? json(*run.diverged_step) : json()},
          {"error", or_null(run.error)},
          {"identity", run.identity},
          {"numerics", run::numerics_text(run.numerics)},
          {"parameter_hash", or_null(run.parameter_hash)}};
}

Values last_values(const store::Reader& reader, std::int64_t run) {
  Values values;
  for (const auto& metric : reader.last_metrics(run)) values[metric.name] = finite(metric.value);
  return values;
}

std::string bits_sentence(const RunComparison& comparison, const store::RunDetails& a, const store::RunDetails& b) {
  if (comparison.same_bits) {
    return *comparison.same_bits ? "same bits: both runs ended with the same parameters (parameter_hash)"
                                 : "other bits: the parameters at the end differ (parameter_hash)";
  }
  const auto& lacking = a.parameter_hash.empty() ? a : b;
  return fmt::format("whether the parameters are equal is not known: run {} ({}) has no parameter hash", lacking.id,
                     to_string(lacking.status));
}

}  // namespace

RunComparison compare_runs(const store::Reader& reader, std::int64_t a, std::int64_t b, bool all) {
  const auto left = reader.run_details(a), right = reader.run_details(b);
  if (!left || !right) throw InputError(fmt::format("the reader has no run {}", left ? b : a));
  RunComparison comparison{a, b, {}, {}, {}};
  ComparisonLines lines(a, b);
  const int keys = lines.add_all("configuration", leaves(left->config), leaves(right->config), all);
  lines.add("run", "status", to_string(left->status), to_string(right->status));
  lines.add("run", "step", left->step, right->step, true);
  lines.add("run", "seconds", finite(left->seconds), finite(right->seconds), true);
  lines.add_all("run", ending_of(*left), ending_of(*right), all);
  const int machine = lines.add_all("machine", leaves(left->environment), leaves(right->environment), all);
  Values ours = last_values(reader, a), theirs = last_values(reader, b);
  for (const auto& [name, value] : theirs) ours.emplace(name, json());
  for (const auto& [name, value] : ours) lines.add("last value", name, value, theirs.count(name) ? theirs[name] : json(), true);

  if (!left->parameter_hash.empty() && !right->parameter_hash.empty()) comparison.same_bits = left->parameter_hash == right->parameter_hash;
  comparison.remarks.push_back(bits_sentence(comparison, *left, *right));
  if (keys == 0) comparison.remarks.push_back("the configurations are equal");
  if (machine == 0 && left->environment.is_object()) comparison.remarks.push_back("the same machine and build");
  comparison.table = std::move(lines.table);
  return comparison;
}

std::string render(const RunComparison& comparison, Format format, bool unicode) {
  if (format == Format::csv) return render(comparison.table, format, unicode);
  if (format == Format::json) {
    nlohmann::ordered_json whole{{"a", comparison.a},
                                 {"b", comparison.b},
                                 {"same_bits", nullptr},
                                 {"remarks", comparison.remarks},
                                 {"rows", to_json(comparison.table)}};
    if (comparison.same_bits) whole["same_bits"] = *comparison.same_bits;
    return whole.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
  }
  std::string text = render(comparison.table, format, unicode);
  if (format == Format::markdown) text += "\n";
  for (const auto& remark : comparison.remarks) text += (format == Format::markdown ? "- " : "") + remark + "\n";
  return text;
}

}  // namespace steepest::report
