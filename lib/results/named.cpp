// named.cpp: see named.h.
#include "results/named.h"

#include "options/error.h"
#include "options/json.h"
#include "options/valid_text.h"
#include "results/label.h"

namespace steepest::results {
namespace {

using nlohmann::json;
using Compute = Found (*)(const json& options, const Study&, const std::string& path, const std::vector<std::string>& beside);

using Patterns = std::vector<std::string> (*)(const json& options);

std::vector<std::string> nothing(const json&) { return {}; }

/// `curves`, `spectra`: what of the runs it is computed from, beside their values.
struct Named {
  const char* name;
  Compute compute;
  Patterns curves = nothing, spectra = nothing;
};

std::vector<std::string> mode_curves(const json&) { return {kModeCurves}; }
std::vector<std::string> mode_and_loss_curves(const json&) { return {kModeCurves, kLossCurve}; }
std::vector<std::string> product_spectrum(const json&) { return {kProductSpectrum}; }
std::vector<std::string> sketch_curves(const json&) { return {kSketchCurves}; }
std::vector<std::string> asked_spectra(const json& options) {
  return {options.is_object() && options.contains("matrices") && options["matrices"].is_string() ? options["matrices"].get<std::string>()
                                                                                                 : study::SpectraReportOptions().matrices};
}

/// Keys of the options that a statistic finds wanting are told with the path of the options.
template <class Body>
auto told_at(const std::string& path, Body&& body) {
  try {
    return body();
  } catch (const options::InputError& error) {
    auto parts = error.parts();
    if (parts.key.empty()) throw;
    parts.key = path + "." + parts.key;
    throw options::InputError(std::move(parts));
  }
}

template <class Options, auto kFunction>
Found of(const json& asked, const Study& study, const std::string& path, const std::vector<std::string>& beside) {
  const auto read = options::from_json<Options>(asked, path, beside);
  return told_at(path, [&] { return Found(kFunction(study, read)); });
}

CellValues cell_values(const Study& study, const CellOptions& asked) {
  CellValues values{asked, cells(study, asked.metric)};
  if (asked.against.empty()) return values;
  std::vector<std::string> names;
  for (const auto& cell : study.cells) names.push_back(cell.text);
  compare(values.rows, study, baselines_against(names, asked.against, "against"), asked.metric);
  return values;
}

Found best_rates(const json& asked, const Study& study, const std::string& path, const std::vector<std::string>& beside) {
  json options = asked;
  if (options.contains("baseline")) options["baseline"] = value_text(options["baseline"]);  // a rank, say
  return of<study::BestRateOptions, best_rate>(options, study, path, beside);
}

constexpr Named kNamed[] = {
    {study::BestRateOptions::kName, best_rates},
    {study::PairedShiftOptions::kName, of<study::PairedShiftOptions, paired_shift>},
    {study::ModeArrivalOptions::kName, of<study::ModeArrivalOptions, arrivals>, mode_and_loss_curves, product_spectrum},
    {study::CostCurveOptions::kName, of<study::CostCurveOptions, cost_curve>},
    {study::SummaryOptions::kName, of<study::SummaryOptions, summary>, summary_curves},
    {study::RateSpreadOptions::kName, of<study::RateSpreadOptions, rate_spread>, mode_curves},
    {study::TailOptions::kName, of<study::TailOptions, tail>, tail_curves},
    {study::CoordinateCheckOptions::kName, of<study::CoordinateCheckOptions, coordinate_check>, coordinate_curves},
    {study::StepsToTargetOptions::kName, of<study::StepsToTargetOptions, steps_to_target>, target_curves},
    {CellOptions::kName, of<CellOptions, cell_values>},
    {DistanceOptions::kName, of<DistanceOptions, distance>, sketch_curves},
    {study::SpectraReportOptions::kName, of<study::SpectraReportOptions, spectra>, nothing, asked_spectra},
    {CostOptions::kName, of<CostOptions, cost>}};

const Named& named(const std::string& name) {
  for (const auto& known : kNamed) {
    if (name == known.name) return known;
  }
  const auto names = statistic_names();
  throw options::InputError(
      {"", "there is no statistic \"" + name + "\"", options::list_text(names), options::nearest_name(name, names), "", 0});
}

}  // namespace

std::vector<std::string> statistic_names() {
  std::vector<std::string> names;
  for (const auto& known : kNamed) names.push_back(known.name);
  return names;
}

Wanted wanted_by(const std::string& name, const json& options) {
  const auto& known = named(name);
  return {.curves = known.curves(options), .spectra = known.spectra(options)};
}

Found statistic(const std::string& name, const json& options, const Study& study, const std::string& path,
                const std::vector<std::string>& beside) {
  return named(name).compute(options, study, path, beside);
}

}  // namespace steepest::results
