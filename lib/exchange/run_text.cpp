// run_text.cpp: records as lines. The way back: run_from_text.cpp.
#include "exchange/run_text.h"

#include "store/json_number.h"
#include "store/schema.h"

namespace steepest::exchange {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;  // the keys stand in the order in which a reader wants them

template <class Value>
json or_null(const std::optional<Value>& value) {
  return value ? json(*value) : json();
}

json metrics_json(const std::vector<store::MetricRow>& rows) {
  json curves = json::object();
  for (const auto& row : rows) curves[row.name].push_back(json::array({row.step, store::json_number(row.value)}));
  return curves;
}

/// [[step, [largest, ...]], ...] for each matrix. Positions count from 0 without gaps, so they need not be written.
json spectra_json(const std::vector<store::SpectrumRow>& rows) {
  json matrices = json::object();
  for (const auto& row : rows) {
    json& steps = matrices[row.matrix];
    if (steps.empty() || steps.back()[0] != row.step) steps.push_back(json::array({row.step, json::array()}));
    steps.back()[1].push_back(store::json_number(row.value));
  }
  return matrices;
}

json ties_json(const std::vector<store::TieRecord>& ties) {
  json list = json::array();
  for (const auto& tie : ties) list.push_back({{"study", tie.study}, {"scale", tie.scale}, {"cell", tie.cell}, {"ordinal", tie.ordinal}});
  return list;
}

}  // namespace

std::string header_line() {
  return ordered_json{{"format", kFormat}, {"version", kFormatVersion}, {"schema", store::kSchemaVersion}}.dump();
}

std::string study_line(const store::StudyRecord& study) {
  return ordered_json{{"record", "study"}, {"name", study.name}, {"title", study.title}, {"definition", study.definition}}.dump();
}

std::string run_line(const store::RunRecord& run) {
  ordered_json line;
  line["record"] = "run";
  line["identity"] = run.identity;
  line["numerics"] = run.numerics;
  line["seed"] = run.seed;
  line["status"] = store::to_string(run.status);
  line["step"] = run.step;
  line["diverged_step"] = or_null(run.diverged_step);
  line["parameter_hash"] = run.parameter_hash.empty() ? json() : json(run.parameter_hash);
  line["flops"] = run.flops;
  line["seconds"] = or_null(run.seconds);
  line["validation_seconds"] = or_null(run.validation_seconds);
  line["waiting_seconds"] = or_null(run.waiting_seconds);
  line["attempts"] = run.attempts;
  if (run.stacked > 0) line["stacked"] = run.stacked;  // left out of most, as it was before there was such a thing
  line["created_at"] = run.created_at;
  line["started_at"] = or_null(run.started_at);
  line["finished_at"] = or_null(run.finished_at);
  line["ties"] = ties_json(run.ties);
  line["environment"] = run.environment;
  line["config"] = run.config;
  line["metrics"] = metrics_json(run.metrics);
  line["spectra"] = spectra_json(run.spectra);
  return line.dump();
}

std::string end_line(std::int64_t runs, const std::string& sha256) {
  return ordered_json{{"record", "end"}, {"runs", runs}, {"sha256", sha256}}.dump();
}

}  // namespace steepest::exchange
