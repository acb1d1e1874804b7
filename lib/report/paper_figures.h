// paper_figures.h: the reported figures that a study's file quotes beside ours.
#pragma once
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace steepest::report {

/// What a paper reports for one row. What it leaves out is empty.
struct PaperFigure {
  std::optional<double> loss, standard_error, learning_rate, parameters_percent;
  /// "1.789 ± 0.002 at 0.1", "2.156 at 0.1 (4.3 %)" with the parameters; "-" without any figure.
  std::string text() const;
};

/// The figure for a row's label in `values` of the `report.reference` section: a map of loss, standard_error, rate and
/// parameters (in % of dense), or a plain number, the loss. Throws options::InputError on anything that is no number.
PaperFigure paper_figure(const nlohmann::json& reference, const std::string& label);

/// Where the figures come from; empty if the section does not say.
std::string paper_source(const nlohmann::json& reference);

}  // namespace steepest::report
