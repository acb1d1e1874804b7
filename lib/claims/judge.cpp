// judge.cpp: see judge.h.
#include "claims/judge.h"

#include <algorithm>
#include <limits>

#include "options/error.h"
#include "options/valid_text.h"
#include "results/label.h"

namespace steepest::claims {
namespace {

using nlohmann::json;
using options::InputError;

/// Whether `found` has what is wanted: sections key by key, values as readers write them, so that 8 is 8.0 and "8".
bool fits(const json& found, const json& wanted) {
  if (!wanted.is_object()) return found == wanted || results::value_text(found) == results::value_text(wanted);
  return found.is_object() && std::all_of(wanted.items().begin(), wanted.items().end(), [&](const auto& item) {
           return found.contains(item.key()) && fits(found.at(item.key()), item.value());
         });
}

/// No wish fits every row; of a list of wishes one has to.
bool is_about(const json& row, const json& wanted) {
  if (wanted.is_null()) return true;
  if (!wanted.is_array()) return fits(row, wanted);
  return std::any_of(wanted.begin(), wanted.end(), [&](const json& one) { return fits(row, one); });
}

/// Null where a part of the path is null; throws where there is no such key.
json at_path(const json& row, const std::string& path) {
  const json* at = &row;
  for (std::size_t start = 0; start <= path.size();) {
    const std::size_t dot = std::min(path.find('.', start), path.size());
    if (at->is_null()) return {};
    const std::string key = path.substr(start, dot - start);
    const auto found = at->is_object() ? at->find(key) : at->end();
    if (found == at->end()) {
      std::vector<std::string> keys;
      if (at->is_object()) {
        for (const auto& [name, value] : at->items()) keys.push_back(name);
      }
      throw InputError(
          {"value", "the statistic's rows have no " + options::quoted(path), options::list_text(keys), options::nearest_name(key, keys)});
    }
    at = &*found, start = dot + 1;
  }
  return *at;
}

/// Whether the section in which the number stands says that there is none because runs diverged, as a regret does.
bool diverges(const json& row, const std::string& path) {
  const auto dot = path.rfind('.');
  const json section = dot == std::string::npos ? json() : at_path(row, path.substr(0, dot));
  return section.is_object() && section.value("diverged", json()) == true;
}

/// What readers call a row.
std::string name_of(const json& row) {
  if (row.contains("label")) {
    const std::string with = row.value("with", "");
    return row.at("label").get<std::string>() + (with.empty() ? "" : ", " + with);
  }
  std::string text;
  const json keys = row.value(row.contains("keys") ? "keys" : "cell", json::object());
  for (const auto& [key, value] : keys.items())
    text += (text.empty() ? "" : ", ") + key.substr(key.rfind('.') + 1) + " " + results::value_label(key, value);
  if (row.contains("at")) text += (text.empty() ? "" : ", ") + results::value_text(row.at("at"));
  return text;
}

double number(const json& value) { return value.is_number() ? value.get<double>() : std::nan(""); }

/// How far inside the bounds the interval ends; negative: how far beyond.
double margin(const Judgement& of, const Region& holds) { return std::min(of.low - holds.at_least, holds.at_most - of.high); }

Verdict of_interval(const Judgement& of, const Region& holds) {
  if (of.low >= holds.at_least && of.high <= holds.at_most) return Verdict::reproduced;
  if (of.high < holds.at_least || of.low > holds.at_most) return Verdict::not_reproduced;
  return Verdict::inconclusive;
}

Judgement of_row(const Claim& claim, const json& row) {
  Judgement result;
  result.row = name_of(row);
  const json value = at_path(row, claim.value);
  if (value.is_number()) {  // exact: no seeds behind it
    result.estimate = result.low = result.high = value.get<double>();
    result.verdict = of_interval(result, claim.holds);
    return result;
  }
  if (value.is_object() && !value.contains("mean"))
    throw InputError(
        {"value", options::quoted(claim.value) + " is no number with an interval", "a number, or what has mean, low and high"});
  const auto diverged = row.contains("counts") ? row.at("counts").value("diverged", std::int64_t{0}) : 0;
  if (diverges(row, claim.value)) {  // worse than any number
    result.estimate = result.low = result.high = std::numeric_limits<double>::infinity();
    result.why = "runs diverged";
    result.verdict = of_interval(result, claim.holds);
    return result;
  }
  if (!value.is_object() || value.value("n", std::int64_t{0}) == 0) {
    if (diverged > 0) result.verdict = Verdict::inconclusive, result.why = std::to_string(diverged) + " runs diverged";
    return result;
  }
  result.estimate = number(value.at("mean")), result.low = number(value.at("low")), result.high = number(value.at("high"));
  result.seeds = value.at("n").get<std::int64_t>();
  if (diverged > 0) result.why = std::to_string(diverged) + " runs diverged";
  else if (result.seeds < claim.seeds) result.why = std::to_string(result.seeds) + " of " + std::to_string(claim.seeds) + " seeds";
  else if (!std::isfinite(result.low) || !std::isfinite(result.high)) result.why = "no interval from one seed";
  result.verdict = result.why.empty() ? of_interval(result, claim.holds) : Verdict::inconclusive;
  return result;
}

}  // namespace

Judgement judge(const Claim& claim, const nlohmann::ordered_json& rows) {
  std::vector<Judgement> judged;
  for (const auto& row : rows) {
    const json plain = row;
    if (is_about(plain, claim.rows)) judged.push_back(of_row(claim, plain));
  }
  if (judged.empty()) return {};
  const auto worse = [&](const Judgement& a, const Judgement& b) {
    if (a.verdict != b.verdict) return a.verdict > b.verdict;
    return margin(a, claim.holds) < margin(b, claim.holds);
  };
  Judgement decisive = *std::min_element(judged.begin(), judged.end(), worse);
  decisive.rows = static_cast<std::int64_t>(judged.size());
  if (judged.size() == 1) decisive.row.clear();
  return decisive;
}

}  // namespace steepest::claims
