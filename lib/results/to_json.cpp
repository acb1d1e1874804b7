// to_json.cpp: what statistics found, for machines.
#include <cmath>

#include "options/json.h"
#include "results/named.h"

namespace steepest::results {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

ordered_json finite(double value) { return std::isfinite(value) ? ordered_json(value) : ordered_json(); }

ordered_json finite(const std::vector<double>& values) {
  ordered_json list = ordered_json::array();
  for (const double value : values) list.push_back(finite(value));
  return list;
}

/// Values by seed as two lists.
void put_seeds(ordered_json& row, const stats::SeedValues& values) {
  row["seeds"] = ordered_json::array();
  for (const auto& [seed, value] : values) row["seeds"].push_back(seed);
  row["values"] = finite(stats::values_of(values));
}

void put(ordered_json& row, const Counts& counts) {
  row["counts"] = {{"runs", counts.runs},
                   {"completed", counts.completed},
                   {"diverged", counts.diverged},
                   {"failed", counts.failed},
                   {"unfinished", counts.unfinished}};
}

ordered_json row_json(const RateRow& row, const study::BestRateOptions& asked) {
  ordered_json rates = ordered_json::array();
  for (std::size_t i = 0; i < row.losses.size(); ++i) {
    const auto& at = row.row.cells[i];
    ordered_json rate{{"rate", at.rate}, {"cell", at.cell->keys}, {"loss", to_json(row.losses[i])}};
    put(rate, at.counts);
    put_seeds(rate, outcomes(*at.cell, asked.metric));
    rates.push_back(std::move(rate));
  }
  ordered_json best, regret;
  if (row.best) {
    const auto& interval = row.best->interval;
    ordered_json shares = ordered_json::array();
    if (interval) {
      for (const auto& [rate, share] : interval->shares) shares.push_back({{"rate", rate}, {"share", share}});
    }
    best = {{"rate", row.best->rate},
            {"n", interval ? ordered_json(interval->n) : ordered_json()},
            {"low", interval ? ordered_json(interval->low) : ordered_json()},
            {"high", interval ? ordered_json(interval->high) : ordered_json()},
            {"method", stats::bootstrap_method()},
            {"bootstrap_seed", row.best->bootstrap_seed},
            {"tied", row.best->tied},
            {"at_edge", row.best->at_edge},
            {"flat", row.best->flat()},
            {"optimum", to_json(row.best->optimum)},
            {"shares", shares},
            {"loss", to_json(row.best->loss)}};
    if (const auto& basin = row.best->basin)
      best["basin"] = {{"low", basin->low}, {"high", basin->high}, {"decades", to_json(basin->decades)}};
  }
  if (row.regret) {
    regret = {{"baseline_rate", row.regret->baseline_rate},
              {"own_rate", finite(row.regret->own_rate)},
              {"diverged", row.regret->diverged},
              {"loss", to_json(row.regret->loss)},
              {"regret", to_json(row.regret->regret)},
              {"expected", to_json(row.regret->expected)},
              {"gap", to_json(row.regret->gap)},
              {"flops_share", finite(row.regret->flops_share)},
              {"seconds_share", finite(row.regret->seconds_share)}};
  }
  return {{"label", row.row.label}, {"value", row.row.value}, {"panel", row.row.panel}, {"with", row.row.with},
          {"best", best},           {"regret", regret},       {"rates", rates}};
}

ordered_json row_json(const ShiftRow& row, const study::PairedShiftOptions&) {
  ordered_json result{{"keys", row.keys}, {"at", row.at}, {"shift", to_json(row.shift)}};
  put_seeds(result, row.differences);
  result["there"] = to_json(row.there);
  result["at_baseline"] = to_json(row.at_baseline);
  put(result, row.counts);
  return result;
}

ordered_json row_json(const ModeRow& row, const study::ModeArrivalOptions&) {
  ordered_json courses = ordered_json::array();
  for (const auto& course : row.courses) {
    courses.push_back({{"run", course.run},
                       {"seed", course.seed},
                       {"times", course.times},
                       {"roots", finite(course.roots)},
                       {"singular_values", finite(course.singular_values)},
                       {"losses", finite(course.losses)}});
  }
  ordered_json arrivals = ordered_json::array();
  for (const auto& at : row.arrivals) {
    arrivals.push_back(
        {{"fraction", at.fraction}, {"arrival", to_json(at.arrival)}, {"expected", to_json(at.expected)}, {"ratio", finite(at.ratio())}});
  }
  return {{"cell", row.cell->keys},
          {"flow", row.spectral ? "specgf" : "gradient_flow"},
          {"smoothing_squared", finite(row.smoothing_squared)},
          {"mode", row.mode},
          {"sigma", row.sigma},
          {"level", row.level},
          {"end", std::sqrt(row.sigma)},
          {"slope", to_json(row.slope)},
          {"arrival", to_json(row.arrival.arrival)},
          {"expected", to_json(row.arrival.expected)},
          {"ratio", finite(row.arrival.ratio())},
          {"arrivals", arrivals},
          {"lead", to_json(row.lead)},
          {"last", to_json(row.end)},
          {"expected_last", row.expected_end},
          {"miss", to_json(row.miss)},
          {"courses", courses}};
}

ordered_json row_json(const SummaryRow& row, const study::SummaryOptions&) {
  ordered_json result{{"cell", row.cell->keys}, {"values", ordered_json::object()}};
  for (const auto& [metric, value] : row.values) result["values"][metric] = to_json(value);
  put(result, row.counts);
  return result;
}

ordered_json row_json(const RateSpreadRow& row, const study::RateSpreadOptions&) {
  ordered_json result{{"cell", row.cell->keys},
                      {"margin", row.margin},
                      {"deviation", to_json(row.deviation)},
                      {"spread", to_json(row.spread)},
                      {"scaled", to_json(row.scaled)}};
  put(result, row.counts);
  return result;
}

ordered_json row_json(const TailRow& row, const study::TailOptions&) {
  ordered_json result{
      {"cell", row.cell->keys}, {"rate", to_json(row.rate)}, {"r_squared", to_json(row.r_squared)}, {"last", to_json(row.last)}};
  put(result, row.counts);
  return result;
}

ordered_json matrix_json(const MatrixSpectra& of) {
  ordered_json courses = ordered_json::array();
  for (const auto& course : of.courses) {
    ordered_json values = ordered_json::array();
    for (const auto& at : course.spectrum.values) values.push_back(finite(at));
    courses.push_back({{"run", course.run}, {"seed", course.seed}, {"steps", course.spectrum.steps}, {"values", values}});
  }
  return {{"matrix", of.matrix},
          {"effective_rank", to_json(of.effective_rank)},
          {"rank_share", to_json(of.rank_share)},
          {"growth_ratio", to_json(of.growth_ratio)},
          {"growth_spread", to_json(of.growth_spread)},
          {"courses", courses}};
}

ordered_json row_json(const SpectraRow& row, const study::SpectraReportOptions&) {
  ordered_json matrices = ordered_json::array();
  for (const auto& of : row.matrices) matrices.push_back(matrix_json(of));
  ordered_json result{{"cell", row.cell->keys},
                      {"level", to_json(row.level)},
                      {"median_share", to_json(row.median_share)},
                      {"lowest_share", to_json(row.lowest_share)},
                      {"median_spread", to_json(row.median_spread)},
                      {"highest_spread", to_json(row.highest_spread)},
                      {"matrices", matrices}};
  put(result, row.counts);
  return result;
}

ordered_json row_json(const CoordinateRow& row, const study::CoordinateCheckOptions&) {
  ordered_json steps = ordered_json::array();
  for (const auto& at : row.steps) {
    ordered_json sizes = ordered_json::array();
    for (const auto& [size, value] : at.values) sizes.push_back({{"size", size}, {"value", to_json(value)}});
    steps.push_back({{"step", at.step}, {"sizes", sizes}, {"slope", to_json(at.slope)}, {"verdict", verdict_text(at.flatness)}});
  }
  const auto& decides = row.steps[row.decides];
  ordered_json result{{"keys", row.keys},     {"quantity", row.quantity},        {"verdict", verdict_text(decides.flatness)},
                      {"step", decides.step}, {"slope", to_json(decides.slope)}, {"steps", steps}};
  put(result, row.counts);
  return result;
}

ordered_json row_json(const TargetRow& row, const study::StepsToTargetOptions&) {
  ordered_json passed, result{{"cell", row.cell->keys},    {"ended", row.ended}, {"steps", to_json(row.steps)},
                              {"last", to_json(row.last)}, {"p", finite(row.p)}, {"below", row.below}};
  if (row.passed) passed = {{"step", row.passed->step}, {"n", row.passed->n}, {"mean", row.passed->mean}, {"p", row.passed->p}};
  result["passed"] = passed;
  result["baseline"] = row.baseline ? ordered_json(row.baseline->keys) : ordered_json();
  result["difference"] = to_json(row.difference);
  result["ratio"] = to_json(row.ratio);
  put(result, row.counts);
  return result;
}

ordered_json row_json(const CostRow& row, const CostOptions&) {
  return {{"cell", row.cell->keys},
          {"parameters_percent", row.parameters.hidden},
          {"parameters_percent_total", row.parameters.total ? ordered_json(*row.parameters.total) : ordered_json()},
          {"parameters_percent_one_table", row.parameters.one_table ? ordered_json(*row.parameters.one_table) : ordered_json()},
          {"state_percent", row.state_percent},
          {"update_percent", row.update_percent},
          {"paper_percent", finite(row.paper_percent)}};
}

ordered_json row_json(const CostCurve& row, const study::CostCurveOptions& asked) {
  ordered_json points = ordered_json::array();
  for (const auto& point : row.points) {
    ordered_json each{{"cell", point.cell->keys},
                      {"flops", point.flops},
                      {"seconds", finite(point.seconds)},
                      {"loss", to_json(point.loss)},
                      {"at_equal_flops", to_json(point.at_equal_flops)},
                      {"at_equal_seconds", to_json(point.at_equal_seconds)}};
    put(each, point.counts);
    put_seeds(each, outcomes(*point.cell, asked.metric));
    points.push_back(std::move(each));
  }
  return {{"label", row.label}, {"points", points}};
}

ordered_json row_json(const DistanceRow& row, const DistanceOptions&) {
  ordered_json result{{"cell", row.cell->keys}, {"baseline", row.baseline->keys}};
  put(result, row.counts);
  for (const auto& [name, value] : {std::pair{"start", &row.start}, {"end", &row.end}, {"largest", &row.largest}})
    result[name] = to_json(*value);
  return result;
}

ordered_json row_json(const CellRow& row, const CellOptions&) {
  ordered_json result{{"cell", row.cell->keys}, {"level", to_json(row.level)}};
  put(result, row.counts);
  result["baseline"] = row.baseline ? ordered_json(row.baseline->keys) : ordered_json();
  result["difference"] = result["improvement"] = nullptr;  // there whether compared or not, as every key of a row
  if (row.comparison) {
    const auto& better = row.comparison->improvement;
    result["difference"] = to_json(row.comparison->difference);
    result["improvement"] = {
        {"probability", finite(better.probability)}, {"low", finite(better.interval.low)}, {"high", finite(better.interval.high)}};
  }
  return result;
}

}  // namespace

ordered_json to_json(const Statistic& statistic) {
  return {{"n", statistic.n},
          {"mean", finite(statistic.mean)},
          {"standard_error", finite(statistic.standard_error)},
          {"low", finite(statistic.interval.low)},
          {"high", finite(statistic.interval.high)},
          {"method", statistic.method},
          {"bootstrap_seed", statistic.bootstrap_seed},
          {"runs", statistic.runs}};
}

ordered_json to_json(const Found& found) {
  return std::visit(
      [](const auto& some) {
        ordered_json rows = ordered_json::array();
        for (const auto& row : some.rows) rows.push_back(row_json(row, some.asked));
        return ordered_json{{"name", some.asked.kName}, {"options", options::to_json(some.asked)}, {"rows", rows}};
      },
      found);
}

}  // namespace steepest::results
