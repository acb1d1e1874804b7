// record.cpp: what a worker writes about the run that it holds.
#include "digest/sha256.h"
#include "store/clock.h"
#include "store/connection.h"
#include "store/rows.h"

namespace steepest::store {
namespace {

bool holds(const Connection& connection, std::int64_t run, const std::string& token) {
  Loan held = connection.prepare("SELECT 1 FROM run WHERE id = ? AND token = ? AND status = 'running'");
  return held.bind(run, token).step();
}

}  // namespace

bool Database::record(std::int64_t run, const std::string& token, const std::vector<MetricRow>& metrics,
                      const std::vector<SpectrumRow>& spectra) {
  return connection_->write([&] {
    if (!holds(*connection_, run, token)) return false;
    put_metrics(*connection_, run, metrics);
    put_spectra(*connection_, run, spectra);
    return true;
  });
}

bool Database::rewind(std::int64_t run, const std::string& token, std::int64_t step) {
  return connection_->write([&] {
    if (!holds(*connection_, run, token)) return false;
    connection_->prepare("DELETE FROM metric WHERE run_id = ? AND step > ?").bind(run, step).exec();
    connection_->prepare("DELETE FROM spectrum WHERE run_id = ? AND step > ?").bind(run, step).exec();
    connection_->prepare("DELETE FROM metric_summary WHERE run_id = ?").bind(run).exec();
    connection_->prepare("INSERT INTO metric_summary (run_id, name, last_step, last_value, lowest) "
                         "SELECT run_id, name, last_step, (SELECT value FROM metric WHERE run_id = whole.run_id AND name = whole.name "
                         "AND step = last_step), lowest FROM (SELECT run_id, name, max(step) AS last_step, min(value) AS lowest "
                         "FROM metric WHERE run_id = ? GROUP BY run_id, name) AS whole").bind(run).exec();
    connection_->prepare("UPDATE run SET step = ? WHERE id = ?").bind(step, run).exec();
    return true;
  });
}

std::int64_t Database::stored_rows(std::int64_t run, std::int64_t step) const {
  return connection_->guarded([&] {
    Loan row = connection_->prepare("SELECT (SELECT count(*) FROM metric WHERE run_id = ?1 AND step <= ?2) + "
                                    "(SELECT count(*) FROM spectrum WHERE run_id = ?1 AND step <= ?2)");
    row.bind(run, step).step();
    return row.integer(0);
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
