// study_results.cpp: see study_results.h.
#include "store/study_results.h"

#include "store/connection.h"
#include "store/status.h"

namespace steepest::store {

// Macros, since Connection::prepare wants literals; a query of one cell has its own, so that the index by cells serves it.
#define RUNS_OF_STUDY                                                                                                        \
  "SELECT run.id, study_run.cell, run.seed, run.status, run.identity, coalesce(run.parameter_hash, ''), "                    \
  "run.numerics, CASE WHEN ?3 THEN run.config ELSE 'null' END, environment.id, environment.description, "                    \
  "run.flops, coalesce(run.seconds, 0), run.stacked "                                                                        \
  "FROM study_run CROSS JOIN run ON run.id = study_run.run_id LEFT JOIN environment ON environment.id = run.environment_id " \
  "WHERE study_run.study_id = ?1 AND study_run.scale = ?2 "
#define VALUES_OF_STUDY                                                                                  \
  "SELECT metric_summary.run_id, metric_summary.name, metric_summary.last_value, metric_summary.lowest " \
  "FROM study_run CROSS JOIN metric_summary ON metric_summary.run_id = study_run.run_id "                \
  "WHERE study_run.study_id = ?1 AND study_run.scale = ?2 "

StudyResults study_results(const Reader& reader, const ResultsOf& of) {
  const Connection& connection = reader.connection();
  return connection.guarded([&] {
    StudyResults results;
    const auto configurations = static_cast<std::int64_t>(of.configurations);
    Loan run = of.cell.empty() ? connection.prepare(RUNS_OF_STUDY "ORDER BY study_run.ordinal, run.id")
                               : connection.prepare(RUNS_OF_STUDY "AND study_run.cell = ?4 ORDER BY study_run.ordinal, run.id");
    if (of.cell.empty()) run.bind(of.study, of.scale, configurations);
    else run.bind(of.study, of.scale, configurations, of.cell);
    while (run.step()) {
      results.runs.push_back({run.integer(0), run.text(1), run.integer(2), status_from(run.text(3)), run.text(4), run.text(5), run.json(6),
                              run.json(7), run.real(10), run.real(11), run.is_null(8) ? std::nullopt : std::optional(run.integer(8)),
                              run.integer(12)});
      if (!run.is_null(8) && results.environments.count(run.integer(8)) == 0) results.environments.emplace(run.integer(8), run.json(9));
    }
    Loan value = of.cell.empty() ? connection.prepare(VALUES_OF_STUDY) : connection.prepare(VALUES_OF_STUDY "AND study_run.cell = ?3");
    if (of.cell.empty()) value.bind(of.study, of.scale);
    else value.bind(of.study, of.scale, of.cell);
    while (value.step()) results.values.push_back({value.integer(0), value.text(1), value.real(2), value.real(3)});
    return results;
  });
}

std::vector<CurvePoint> study_curves(const Reader& reader, const ResultsOf& of, const std::string& names) {
  const Connection& connection = reader.connection();
  return connection.guarded([&] {
    std::vector<CurvePoint> points;
    Loan point = connection.prepare(
        "SELECT metric.run_id, metric.name, metric.step, metric.value FROM study_run CROSS JOIN metric ON metric.run_id = study_run.run_id "
        "WHERE study_run.study_id = ?1 AND study_run.scale = ?2 AND (?3 = '' OR study_run.cell = ?3) AND metric.name GLOB ?4 "
        "ORDER BY metric.run_id, metric.name, metric.step");
    point.bind(of.study, of.scale, of.cell, names);
    while (point.step()) points.push_back({point.integer(0), point.text(1), point.integer(2), point.real(3)});
    return points;
  });
}

std::vector<SpectrumAt> study_spectra(const Reader& reader, const ResultsOf& of, const std::string& matrices) {
  const Connection& connection = reader.connection();
  return connection.guarded([&] {
    std::vector<SpectrumAt> spectra;
    Loan row = connection.prepare(
        "SELECT spectrum.run_id, spectrum.matrix, spectrum.step, spectrum.value "
        "FROM study_run CROSS JOIN spectrum ON spectrum.run_id = study_run.run_id "
        "WHERE study_run.study_id = ?1 AND study_run.scale = ?2 AND (?3 = '' OR study_run.cell = ?3) AND spectrum.matrix GLOB ?4 "
        "ORDER BY spectrum.run_id, spectrum.matrix, spectrum.step, spectrum.position");
    row.bind(of.study, of.scale, of.cell, matrices);
    while (row.step()) {
      const bool same = !spectra.empty() && spectra.back().run == row.integer(0) && spectra.back().step == row.integer(2) &&
                        spectra.back().matrix == row.text(1);
      if (!same) spectra.push_back({row.integer(0), row.text(1), row.integer(2), {}});
      spectra.back().values.push_back(row.real(3));
    }
    return spectra;
  });
}

#undef RUNS_OF_STUDY
#undef VALUES_OF_STUDY

}  // namespace steepest::store
