// study_document.cpp: see study_document.h.
#include "page/study_document.h"

#include <algorithm>
#include <optional>

#include "options/error.h"
#include "page/stored_figures.h"
#include "page/thin.h"
#include "report/report.h"
#include "results/learning_curves.h"
#include "results/named.h"

namespace steepest::page {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

/// Of all cells together, and of one.
constexpr std::size_t kPointsOfCurves = 8000, kFewestOfCurve = 16, kMostOfCurve = 40;

/// `text` as a string of SQL.
std::string quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text) result.append(c == '\'' ? 2 : 1, c);
  return result + "'";
}

std::string of_study(std::int64_t study, const std::string& scale) {
  return " FROM study_run JOIN run ON run.id = study_run.run_id WHERE study_run.study_id = " + std::to_string(study) +
         " AND study_run.scale = " + quoted(scale);
}

ordered_json report_of(const store::Reader& reader, std::int64_t study, const std::string& name, const std::string& scale,
                       const json& definition, std::string& why) {
  try {
    const auto built = report::build_report({reader, study, name, scale, definition});
    return ordered_json::parse(report::render(built, report::Format::json, true));
  } catch (const options::InputError& error) {
    why = error.parts().problem.empty() ? error.what() : error.parts().problem;
    return nullptr;
  }
}

ordered_json curves_of(const results::Study& study) {
  ordered_json result = ordered_json::array();
  for (const char* metric : {"train_loss", "validation_loss", "loss"}) {
    ordered_json cells = ordered_json::array();
    const auto points = std::clamp(kPointsOfCurves / std::max<std::size_t>(study.cells.size(), 1), kFewestOfCurve, kMostOfCurve);
    for (const auto& curve : results::learning_curves(study, metric, points)) {
      ordered_json each{{"cell", curve.cell->keys}, {"runs", curve.runs}};
      for (const char* key : {"steps", "n", "mean", "low", "high"}) each[key] = ordered_json::array();
      for (const auto& at : curve.points) {
        each["steps"].push_back(at.step);
        each["mean"].push_back(rounded(at.mean));
        if (curve.runs.size() == 1) continue;
        each["n"].push_back(at.n);
        each["low"].push_back(rounded(at.low));
        each["high"].push_back(rounded(at.high));
      }
      cells.push_back(std::move(each));
    }
    if (!cells.empty()) result.push_back({{"metric", metric}, {"cells", cells}});
  }
  return result;
}

ordered_json table_of(const store::Values& values) {
  ordered_json rows = ordered_json::array();
  for (const auto& row : values.rows) {
    rows.push_back(row);
    for (auto& item : rows.back()) {
      if (item.is_number_float()) item = rounded(item.get<double>(), 7);
    }
  }
  return {{"columns", values.columns}, {"rows", rows}};
}

ordered_json runs_of(const store::Reader& reader, std::int64_t study, const std::string& scale, const std::string& metric) {
  return table_of(reader.query_values(
      "SELECT run.id AS run, cell, seed, status, (SELECT last_value FROM metric_summary WHERE run_id = run.id AND name = " +
      quoted(metric) + ") AS " +
      "value, step, round(seconds, 2) AS seconds, flops, diverged_step, substr(parameter_hash, 1, 12) AS parameters, " +
      "environment_id AS environment, error" + of_study(study, scale) + " ORDER BY ordinal, run.id"));
}

ordered_json environments_of(const store::Reader& reader, std::int64_t study, const std::string& scale) {
  ordered_json result = ordered_json::array();
  const auto found = reader.query_values("SELECT environment.id, description, count(*) FROM environment JOIN (SELECT environment_id" +
                                         of_study(study, scale) + ") ON environment.id = environment_id GROUP BY environment.id");
  for (const auto& row : found.rows)
    result.push_back({{"environment", row[0]}, {"runs", row[2]}, {"description", ordered_json::parse(row[1].get<std::string>())}});
  return result;
}

}  // namespace

std::string metric_of(const results::Study& study, const json& definition) {
  const auto names = study.metrics();
  const auto has = [&](const std::string& name) { return std::find(names.begin(), names.end(), name) != names.end(); };
  const json report = definition.is_object() ? definition.value("report", json()) : json();
  if (report.is_object() && report.value("metric", json()).is_string() && has(report["metric"])) return report["metric"];
  for (const char* name : {"validation_loss", "loss"}) {
    if (has(name)) return name;
  }
  return names.empty() ? "validation_loss" : names.front();
}

std::string study_state(const store::Reader& reader, std::int64_t study, const std::string& scale) {
  const auto found =
      reader.query("SELECT count(*), group_concat(status, ''), max(run.finished_at), total(study_run.run_id), max(study_run.planned_at)" +
                   of_study(study, scale));
  std::string text;
  for (const auto& cell : found.rows.at(0)) text += cell + "|";
  return text;
}

ordered_json study_document(const store::Reader& reader, const std::string& name, const std::string& scale,
                            const std::filesystem::path& figures) {
  const auto id = reader.study_id(name).value();
  const auto definition = reader.study_definition(id);
  std::string why;
  auto report = report_of(reader, id, name, scale, definition, why);
  const auto study = results::load(reader, id, scale, {.configurations = false, .curves = {"train_loss", "validation_loss", "loss"}});
  const auto metric = metric_of(study, definition);
  const results::Found cells = results::CellValues{{metric, {}}, results::cells(study, metric)};
  const auto title = definition.find("title");
  ordered_json result{{"name", name},
                      {"scale", scale},
                      {"title", title != definition.end() && title->is_string() && *title != "" ? title->get<std::string>() : name},
                      {"metric", metric},
                      {"report", std::move(report)},
                      {"why", why},
                      {"cells", results::to_json(cells)},
                      {"curves", curves_of(study)},
                      {"runs", runs_of(reader, id, scale, metric)},
                      {"environments", environments_of(reader, id, scale)},
                      {"figures", figures.empty() ? ordered_json::array() : stored_figures(figures, name + "_" + scale)}};
  thin(result["report"]);
  thin(result["cells"]);
  share_cells(result);
  return result;
}

}  // namespace steepest::page
