// recorder.cpp: see recorder.h.
#include "store/recorder.h"

#include "store/connection.h"
#include "store/put_rows.h"

namespace steepest::store {
namespace {

/// Where the rows of the run that this token holds go. Empty: it does not hold it.
std::optional<Shelf> shelf_of(const Connection& connection, std::int64_t run, const std::string& token) {
  Loan held = connection.prepare("SELECT earlier IS NOT NULL FROM run WHERE id = ? AND token = ? AND status = 'running'");
  if (!held.bind(run, token).step()) return std::nullopt;
  return held.integer(0) != 0 ? Shelf::staged : Shelf::own;
}

}  // namespace

bool Recorder::record(std::int64_t run, const std::string& token, const std::vector<MetricRow>& metrics,
                      const std::vector<SpectrumRow>& spectra) {
  return connection().write([&] {
    const auto shelf = shelf_of(connection(), run, token);
    if (!shelf) return false;
    put_metrics(connection(), run, metrics, *shelf);
    put_spectra(connection(), run, spectra, *shelf);
    return true;
  });
}

bool Recorder::rewind(std::int64_t run, const std::string& token, std::int64_t step) {
  return connection().write([&] {
    const auto shelf = shelf_of(connection(), run, token);
    if (!shelf) return false;
    if (*shelf == Shelf::staged) {
      connection().prepare("DELETE FROM staged_metric WHERE run_id = ? AND step > ?").bind(run, step).exec();
      connection().prepare("DELETE FROM staged_spectrum WHERE run_id = ? AND step > ?").bind(run, step).exec();
    } else {
      connection().prepare("DELETE FROM metric WHERE run_id = ? AND step > ?").bind(run, step).exec();
      connection().prepare("DELETE FROM spectrum WHERE run_id = ? AND step > ?").bind(run, step).exec();
      summarize_anew(connection(), run);
    }
    connection().prepare("UPDATE run SET step = ? WHERE id = ?").bind(step, run).exec();
    return true;
  });
}

std::int64_t Recorder::stored_rows(std::int64_t run, std::int64_t step) const {
  return connection().guarded([&] {
    Loan row = connection().prepare(
        "SELECT CASE WHEN earlier IS NULL "
        "THEN (SELECT count(*) FROM metric WHERE run_id = ?1 AND step <= ?2) + "
        "(SELECT count(*) FROM spectrum WHERE run_id = ?1 AND step <= ?2) "
        "ELSE (SELECT count(*) FROM staged_metric WHERE run_id = ?1 AND step <= ?2) + "
        "(SELECT count(*) FROM staged_spectrum WHERE run_id = ?1 AND step <= ?2) END FROM run WHERE id = ?1");
    return row.bind(run, step).step() ? row.integer(0) : 0;
  });
}

void Recorder::event(std::optional<std::int64_t> run, const std::string& kind, const std::string& message) {
  connection().write([&] { note(connection(), run, kind, message); });
}

bool Recorder::set_stacked(std::int64_t run, const std::string& token, std::int64_t runs) {
  return connection().write([&] {
    return connection()
               .prepare("UPDATE run SET stacked = ? WHERE id = ? AND token = ? AND status = 'running'")
               .bind(runs, run, token)
               .exec() == 1;
  });
}

void Recorder::set_environment(std::int64_t run, const nlohmann::json& environment) {
  connection().write([&] { put_environment(connection(), run, environment); });
}

}  // namespace steepest::store
