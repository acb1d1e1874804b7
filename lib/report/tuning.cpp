// tuning.cpp: see tuning.h.
#include "report/tuning.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <set>

#include "report/text.h"

namespace steepest::report {
namespace {

using claims::Verdict;
using nlohmann::json;

struct Row {
  std::string quantity, value;  ///< value: for readers
  json number, low = {}, high = {}, seeds = {};
  std::string of;
};

void add(Table& table, const Row& row) {
  Line line;
  const auto shown = [](const json& item) { return fmt::format("{:.3g}", item.get<double>()); };
  line.text(row.quantity), line.text(row.value);
  line.text(row.low.is_number() ? fmt::format("[{}, {}]", shown(row.low), shown(row.high)) : "-");
  line.text(row.seeds.is_number() ? row.seeds.dump() : "-"), line.text(row.of);
  line.value("quantity", row.quantity), line.value("value", row.number), line.value("low", row.low), line.value("high", row.high);
  line.value("seeds", row.seeds), line.value("of", row.of);
  append(table, std::move(line));
}

/// A loss that is lost; the intervals of differences have a sign.
void add_regret(Table& table, const std::string& quantity, const results::Regret& found, const results::Statistic& regret,
                const std::string& of) {
  const auto& [n, mean, error, interval, method, seed, runs] = regret;
  if (found.diverged) return add(table, {quantity, "diverged at " + number(found.baseline_rate), {}, {}, {}, {}, of});
  add(table, {quantity, fmt::format("{:+.4f}", mean), finite(mean), finite(interval.low), finite(interval.high), n, of});
}

void add_found(Table& table, const tune::ProxyStudy& proxy, const tune::Tuned& found) {
  const auto& choice = found.choice;
  const auto& interval = choice.interval;
  add(table, {"learning rate", number(choice.rate) + (choice.at_edge ? " (edge)" : ""), choice.rate,
              interval ? json(interval->low) : json(), interval ? json(interval->high) : json(), choice.loss.n,
              fmt::format("{}, the best of {} rates from {} to {}", proxy.proxy_text, found.rates.size(), number(found.rates.front()),
                          number(found.rates.back()))});
  const auto& optimum = choice.optimum;
  if (!choice.at_edge)
    add(table, {"optimum between the rates", fmt::format("{:.3g}", optimum.mean), finite(optimum.mean), finite(optimum.interval.low),
                finite(optimum.interval.high), optimum.n, "parabola in log(rate) through that rate and its neighbours"});
  const auto cost = [&](const std::string& quantity, double amount, const std::string& of) {
    add(table, {quantity, fmt::format("{:.3g}", amount), amount, {}, {}, {}, of});
  };
  cost("cost, GFLOP", found.flops / 1e9, fmt::format("{} runs of the proxy", found.runs));
  cost("cost, s", found.seconds, "the same, one after another");
  cost("share of a dense sweep, %", 100 * found.flops / found.dense_flops, proxy.dense_text + ", at the same rates and seeds");
}

void add_verified(Table& table, const tune::ProxyStudy& proxy, const tune::Verified& verified) {
  std::vector<std::string> rates;
  for (const double rate : verified.rates) rates.push_back(number(rate));
  const auto& loss = verified.regret.loss;
  if (!verified.regret.diverged)
    add(table, {"loss at that rate", fmt::format("{:.4f}", loss.mean), finite(loss.mean), finite(loss.interval.low),
                finite(loss.interval.high), loss.n, proxy.dense_text});
  add_regret(table, "regret found", verified.regret, verified.regret.regret,
             fmt::format("{}, best at {} of {}", proxy.dense_text, number(verified.regret.own_rate), fmt::join(rates, ", ")));
  add(table, {"cost of verifying, GFLOP", fmt::format("{:.3g}", verified.flops / 1e9), verified.flops / 1e9, {}, {}, {}, proxy.dense_text});
}

/// What stored studies say of rates that are taken over; failures first.
void add_claims(Report& report, const std::vector<claims::Judged>& judged) {
  const std::pair<Verdict, const char*> kinds[] = {
      {Verdict::not_reproduced, "does not hold here"}, {Verdict::inconclusive, "undecided here"}, {Verdict::reproduced, "holds here"}};
  for (const auto& [verdict, words] : kinds) {
    for (const auto& each : judged) {
      const auto& [claim, found] = std::tie(each.claim, each.judgement);
      if (found.verdict != verdict) continue;
      std::string text = fmt::format("{}: {} (study {}, {}", words, claim.statement, claim.study, each.scale);
      if (std::isfinite(found.estimate)) text += fmt::format("; regret {:.4f} [{:.4f}, {:.4f}]", found.estimate, found.low, found.high);
      if (!found.row.empty()) text += ", row " + found.row;
      report.footnotes.push_back(text + (found.why.empty() ? "" : "; " + found.why) + ")");
    }
  }
  std::set<std::string> open;
  for (const auto& one : judged) {
    if (one.judgement.verdict == Verdict::not_run) open.insert(one.claim.study);
  }
  if (!open.empty())
    report.footnotes.push_back(fmt::format("not run here, so that nothing is known of it: studies {}", fmt::join(open, ", ")));
}

}  // namespace

Report tuning_report(const tune::ProxyStudy& proxy, const tune::Tuned& found, const std::vector<tune::StoredRegret>& regrets,
                     const std::vector<claims::Judged>& claims) {
  Report report;
  report.title = "The learning rate of a dense network, by a proxy";
  report.header = {{"network", proxy.dense_text}, {"proxy", proxy.proxy_text}, {"study", proxy.study.name}, {"scale", proxy.study.scale}};
  if (proxy.dense.config.contains("data") && proxy.dense.config.at("data").value("name", "") == "synthetic")
    report.notices.push_back("SYNTHETIC CORPUS: THIS RATE SAYS NOTHING ABOUT TEXT");
  report.table.columns = {{"quantity"}, {"value", true}, {"95 % interval", true}, {"seeds", true}, {"of"}};
  add_found(report.table, proxy, found);
  for (const auto& [study, scale, network, taken_from, synthetic, regret] : regrets)
    add_regret(
        report.table, "regret elsewhere", regret, regret.expected.n > 0 ? regret.expected : regret.regret,
        fmt::format("{}, at the rate of {}, study {} ({}){}", network, taken_from, study, scale, synthetic ? ", synthetic corpus" : ""));
  if (found.verified) add_verified(report.table, proxy, *found.verified);
  if (found.choice.at_edge) report.footnotes.push_back("edge: the grid ended at its limit; a better rate may lie beyond it");
  if (found.choice.flat())
    report.footnotes.push_back("the seeds do not tell that rate from others of its interval: the proxy's curve is flat");
  if (regrets.empty())
    report.footnotes.push_back(
        "no proxy's regret is stored, so that none can be expected; `steepest run proxy` measures some, --verify this one");
  else
    report.footnotes.push_back(
        "regret: loss of the dense network at the proxy's best rate less that at the best of its own, paired by seed; elsewhere, where the "
        "network has tried every rate that the proxy may come to, in expectation over both networks' seeds");
  add_claims(report, claims);
  report.footnotes.push_back("interval by " + stats::bootstrap_method() + "; with few seeds it is too narrow");
  return report;
}

}  // namespace steepest::report
