// record.cpp: what a worker writes about the run that it holds.
#include "digest/sha256.h"
#include "store/clock.h"
#include "store/connection.h"
#include "store/rows.h"

namespace steepest::store {
namespace {

/// Where the rows of the run that this token holds go. Empty: it does not hold it.
std::optional<Shelf> shelf_of(const Connection& connection, std::int64_t run, const std::string& token) {
  Loan held = connection.prepare("SELECT earlier IS NOT NULL FROM run WHERE id = ? AND token = ? AND status = 'running'");
  if (!held.bind(run, token).step()) return std::nullopt;
  return held.integer(0) != 0 ? Shelf::staged : Shelf::own;
}

}  // namespace

bool Database::record(std::int64_t run, const std::string& token, const std::vector<MetricRow>& metrics,
                      const std::vector<SpectrumRow>& spectra) {
  return connection_->write([&] {
    const auto shelf = shelf_of(*connection_, run, token);
    if (!shelf) return false;
    put_metrics(*connection_, run, metrics, *shelf);
    put_spectra(*connection_, run, spectra, *shelf);
    return true;
  });
}

bool Database::rewind(std::int64_t run, const std::string& token, std::int64_t step) {
  return connection_->write([&] {
    const auto shelf = shelf_of(*connection_, run, token);
    if (!shelf) return false;
    if (*shelf == Shelf::staged) {
      connection_->prepare("DELETE FROM staged_metric WHERE run_id = ? AND step > ?").bind(run, step).exec();
      connection_->prepare("DELETE FROM staged_spectrum WHERE run_id = ? AND step > ?").bind(run, step).exec();
    } else {
      connection_->prepare("DELETE FROM metric WHERE run_id = ? AND step > ?").bind(run, step).exec();
      connection_->prepare("DELETE FROM spectrum WHERE run_id = ? AND step > ?").bind(run, step).exec();
      summarize_anew(*connection_, run);
    }
    connection_->prepare("UPDATE run SET step = ? WHERE id = ?").bind(step, run).exec();
    return true;
  });
}

std::int64_t Database::stored_rows(std::int64_t run, std::int64_t step) const {
  return connection_->guarded([&] {
    Loan row = connection_->prepare(
        "SELECT CASE WHEN earlier IS NULL "
        "THEN (SELECT count(*) FROM metric WHERE run_id = ?1 AND step <= ?2) + "
        "(SELECT count(*) FROM spectrum WHERE run_id = ?1 AND step <= ?2) "
        "ELSE (SELECT count(*) FROM staged_metric WHERE run_id = ?1 AND step <= ?2) + "
        "(SELECT count(*) FROM staged_spectrum WHERE run_id = ?1 AND step <= ?2) END FROM run WHERE id = ?1");
    return row.bind(run, step).step() ? row.integer(0) : 0;
  });
}

void Database::event(std::optional<std::int64_t> run, const std::string& kind, const std::string& message) {
  connection_->write([&] {
    connection_->prepare("INSERT INTO event (run_id, at, kind, message) VALUES (?, ?, ?, ?)")
        .bind(run, utc_now(), kind, message)
        .exec();
  });
}

void Database::set_environment(std::int64_t run, const nlohmann::json& environment) {
  connection_->write([&] {
    const std::string text = environment.dump();
    const std::string hash = digest::sha256(text);
    connection_
        ->prepare("INSERT INTO environment (hash, description, created_at) VALUES (?, ?, ?) ON CONFLICT (hash) DO NOTHING")
        .bind(hash, text, utc_now())
        .exec();
    connection_->prepare("UPDATE run SET environment_id = (SELECT id FROM environment WHERE hash = ?) WHERE id = ?")
        .bind(hash, run)
        .exec();
  });
}

}  // namespace steepest::store
