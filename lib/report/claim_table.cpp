// claim_table.cpp: see claim_table.h.
#include "report/claim_table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include "options/valid_text.h"
#include "report/header.h"
#include "report/text.h"

namespace steepest::report {
namespace {

using claims::Judged;
using nlohmann::json;

/// As many digits as its interval tells: two of the half width, but of numbers that are not small five decimals at most.
std::string rounded(double value, double low, double high) {
  if (!std::isfinite(value)) return "-";
  const double width = std::isfinite(low) && std::isfinite(high) ? (high - low) / 2 : 0;
  const double least = width > 0 ? width : std::abs(value);
  if (least == 0) return number(value);
  const int digits = 1 - static_cast<int>(std::floor(std::log10(least)));
  constexpr int kDecimals = 5;
  constexpr double kSmall = 0.01;
  if (digits > kDecimals && std::abs(value) < kSmall) return fmt::format("{:.1e}", value);
  return fmt::format("{:.{}f}", value, std::clamp(digits, 0, kDecimals));
}

std::string estimate_text(const claims::Judgement& of) {
  const std::string text = rounded(of.estimate, of.low, of.high);
  if (!std::isfinite(of.low) || !std::isfinite(of.high) || of.low == of.high) return text;
  return fmt::format("{} [{}, {}]", text, rounded(of.low, of.low, of.high), rounded(of.high, of.low, of.high));
}

std::string region_text(const claims::Region& holds) {
  if (std::isinf(holds.at_least)) return "at most " + number(holds.at_most);
  if (std::isinf(holds.at_most)) return "at least " + number(holds.at_least);
  return number(holds.at_least) + " to " + number(holds.at_most);
}

/// What stands behind a verdict that is not all of its story.
std::string note_text(const Judged& judged) {
  const auto& of = judged.judgement;
  std::string text = of.row;
  if (!of.row.empty() && of.rows > 1) text += fmt::format(" decides of {} rows", of.rows);
  if (!of.why.empty()) text += (text.empty() ? "" : "; ") + of.why;
  return text;
}

/// `guess`: the number of the footnote with what the claim's protocol guesses, 0 for none.
Line line_of(const Judged& judged, std::size_t guess) {
  const auto& [claim, scale, synthetic, mixed, of] = judged;
  Line line;
  line.text(claim.statement);
  line.text(claim.reported.is_null() ? "-" : value_text(claim.reported));
  line.text(region_text(claim.holds));
  line.text(estimate_text(of));
  line.text(of.seeds > 0 ? std::to_string(of.seeds) : "-");
  line.text(scale.empty() ? "-" : scale);
  line.text(guess == 0 ? options::choice_name(of.verdict) : fmt::format("{} ({})", options::choice_name(of.verdict), guess));
  line.value("claim", claim.name);
  line.value("source", claim.source);
  line.value("statement", claim.statement);
  line.value("reported", claim.reported);
  line.value("estimate", finite(of.estimate));
  line.value("ci_low", finite(of.low));
  line.value("ci_high", finite(of.high));
  line.value("seeds", of.seeds);
  line.value("scale", scale.empty() ? json() : json(scale));
  line.value("verdict", options::choice_name(of.verdict));
  line.value("holds_at_least", finite(claim.holds.at_least));
  line.value("holds_at_most", finite(claim.holds.at_most));
  line.value("protocol", claim.protocol);
  line.value("study", claim.study);
  line.value("row", of.row);
  line.value("why", of.why);
  line.value("mixed_machines", mixed);
  return line;
}

/// From 1; a guess that is new is put at the end. 0 for none.
std::size_t number_of(std::vector<std::string>& guesses, const std::string& guess) {
  if (guess.empty()) return 0;
  const auto at = static_cast<std::size_t>(std::find(guesses.begin(), guesses.end(), guess) - guesses.begin());
  if (at == guesses.size()) guesses.push_back(guess);
  return at + 1;
}

}  // namespace

Report claim_report(const std::vector<Judged>& claims) {
  Report report;
  report.title = "Claims";
  for (const char* header : {"claim", "reported", "holds", "here, with its 95 % interval", "seeds", "scale", "verdict"})
    report.table.columns.push_back({header, false});
  std::map<std::string, int> counts;
  std::vector<std::string> guesses;  // in the order of the claims that rest on them
  std::vector<std::string> mixed;    // studies
  bool any_synthetic = false;
  for (const auto& judged : claims) {
    append(report.table, line_of(judged, number_of(guesses, judged.claim.protocol)));
    ++counts[options::choice_name(judged.judgement.verdict)];
    any_synthetic = any_synthetic || judged.synthetic;
    if (judged.mixed && std::find(mixed.begin(), mixed.end(), judged.claim.study) == mixed.end()) mixed.push_back(judged.claim.study);
  }
  std::string sums;
  for (const auto& [name, count] : counts) sums += fmt::format("{}{} {}", sums.empty() ? "" : ", ", count, name);
  report.header.emplace_back("verdicts", sums.empty() ? "there are no claims" : sums);
  if (!mixed.empty()) report.header.emplace_back(kMixedMachines, fmt::format("in cells of {}", fmt::join(mixed, ", ")));
  if (any_synthetic) report.notices.push_back("SYNTHETIC CORPUS: ITS LOSSES DECIDE NOTHING");
  for (const auto& judged : claims) {
    if (const auto note = note_text(judged); !note.empty()) report.footnotes.push_back(judged.claim.statement + ": " + note);
  }
  for (std::size_t at = 0; at < guesses.size(); ++at)
    report.footnotes.push_back(fmt::format("({}) guessed, since the paper does not say: {}", at + 1, guesses[at]));
  report.footnotes.push_back(
      "reproduced: the whole interval lies where the claim holds; not reproduced: none of it; inconclusive: neither, or too few seeds");
  return report;
}

}  // namespace steepest::report
