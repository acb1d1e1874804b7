// paper_figures.cpp: see paper_figures.h.
#include "report/paper_figures.h"

#include "report/table.h"  // its enumerator `json` comes before our name `json`: files are compiled together

#include <fmt/format.h>

#include "options/error.h"
#include "report/text.h"

namespace steepest::report {
namespace {

using nlohmann::json;

std::optional<double> read(const json& figure, const std::string& label, const char* key) {
  const auto found = figure.find(key);
  if (found == figure.end() || found->is_null()) return {};
  if (found->is_number()) return found->get<double>();
  throw options::InputError({"report.reference.values." + label + "." + key, "found " + found->dump(), "a number", "", "", 0});
}

}  // namespace

std::string PaperFigure::text() const {
  if (!loss) return learning_rate ? "at " + number(*learning_rate) : "-";
  std::string text = number(*loss);
  if (standard_error) text += " ± " + number(*standard_error);
  if (learning_rate) text += " at " + number(*learning_rate);
  if (parameters_percent) text += " (" + number(*parameters_percent) + " %)";
  return text;
}

PaperFigure paper_figure(const json& reference, const std::string& label) {
  const auto values = reference.is_object() ? reference.find("values") : reference.end();
  if (!reference.is_object() || values == reference.end() || !values->is_object()) return {};
  const auto figure = values->find(label);
  if (figure == values->end() || figure->is_null()) return {};
  if (figure->is_number()) return {figure->get<double>(), {}, {}, {}};
  if (!figure->is_object()) {
    throw options::InputError({"report.reference.values." + label, "found " + figure->dump(),
                               "a loss, or a map of loss, standard_error, rate and parameters", "", "", 0});
  }
  return {read(*figure, label, "loss"), read(*figure, label, "standard_error"), read(*figure, label, "rate"),
          read(*figure, label, "parameters")};
}

std::string paper_source(const json& reference) {
  if (!reference.is_object() || !reference.contains("source")) return {};
  return value_text(reference.at("source"));
}

}  // namespace steepest::report
