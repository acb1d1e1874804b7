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

struct Named {
  const char* name;
  const char* curves;
  Compute compute;
};

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

constexpr Named kNamed[] = {{study::BestRateOptions::kName, "", best_rates},
                            {study::PairedShiftOptions::kName, "", of<study::PairedShiftOptions, paired_shift>},
                            {study::ModeArrivalOptions::kName, kModeCurves, of<study::ModeArrivalOptions, arrivals>},
                            {study::CostCurveOptions::kName, "", of<study::CostCurveOptions, cost_curve>},
                            {CellOptions::kName, "", of<CellOptions, cell_values>},
                            {DistanceOptions::kName, kSketchCurves, of<DistanceOptions, distance>},
                            {CostOptions::kName, "", of<CostOptions, cost>}};

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

Wanted wanted_by(const std::string& name) { return {.curves = named(name).curves}; }

Found statistic(const std::string& name, const json& options, const Study& study, const std::string& path,
                const std::vector<std::string>& beside) {
  return named(name).compute(options, study, path, beside);
}

}  // namespace steepest::results
