// named.h: every statistic by its name, with options as JSON: what a report, a claim or a figure is about.
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <variant>
#include <vector>

#include "results/arrivals.h"
#include "results/best_rate.h"
#include "results/cells.h"
#include "results/coordinate_check.h"
#include "results/cost.h"
#include "results/cost_curve.h"
#include "results/distance.h"
#include "results/paired_shift.h"
#include "results/rate_spread.h"
#include "results/spectra.h"
#include "results/steps_to_target.h"
#include "results/summary.h"
#include "results/tail.h"

namespace steepest::results {

struct CellValues {
  CellOptions asked;
  std::vector<CellRow> rows;
};

/// What a statistic found, with the options that were asked for; the study must outlive it.
using Found = std::variant<BestRates, PairedShifts, ModeArrivals, CellValues, Distances, Costs, CostCurves, Summaries, RateSpreads, Tails,
                           Spectra, CoordinateChecks, TargetSteps>;

/// best_rate, paired_shift, mode_arrival, cells, distance, cost, cost_curve, summary, rate_spread, tail, spectra, coordinate_check,
/// steps_to_target.
std::vector<std::string> statistic_names();

/// What has to be loaded for a statistic with these options. Throws options::InputError, with the nearest name, for one that does not exist.
Wanted wanted_by(const std::string& name, const nlohmann::json& options);

/// The statistic of that name. `options`: an object with the keys of its options (study/report_options.h, CellOptions in cells.h); those that are
/// absent keep their defaults, and those named in `beside` are for others. Throws options::InputError, with `path` before the key, for a
/// name, key or value that is none, and where the study's runs lack what is asked.
Found statistic(const std::string& name, const nlohmann::json& options, const Study& study, const std::string& path = "options",
                const std::vector<std::string>& beside = {});

/// `n`, `mean`, `standard_error`, `low`, `high`, `method`, `bootstrap_seed`, `runs`; what is not a number is null.
nlohmann::ordered_json to_json(const Statistic& statistic);

/// `name`, `options`, and `rows`, each with its numbers as statistics; docs/database.md has the keys.
nlohmann::ordered_json to_json(const Found& found);

}  // namespace steepest::results
