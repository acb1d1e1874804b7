// record.cpp: what a worker writes about the run that it holds.
#include "digest/sha256.h"
#include "store/clock.h"
#include "store/connection.h"

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
    Loan metric = connection_->prepare(
        "INSERT INTO metric (run_id, name, step, value) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (run_id, name, step) DO UPDATE SET value = excluded.value");
    for (const MetricRow& row : metrics) metric.bind(run, row.name, row.step, row.value).exec();
    Loan spectrum = connection_->prepare(
        "INSERT INTO spectrum (run_id, matrix, step, position, value) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (run_id, matrix, step, position) DO UPDATE SET value = excluded.value");
    for (const SpectrumRow& row : spectra) spectrum.bind(run, row.matrix, row.step, row.index, row.value).exec();
    return true;
  });
}

bool Database::rewind(std::int64_t run, const std::string& token, std::int64_t step) {
  return connection_->write([&] {
    if (!holds(*connection_, run, token)) return false;
    connection_->prepare("DELETE FROM metric WHERE run_id = ? AND step > ?").bind(run, step).exec();
    connection_->prepare("DELETE FROM spectrum WHERE run_id = ? AND step > ?").bind(run, step).exec();
    connection_->prepare("UPDATE run SET step = ? WHERE id = ?").bind(step, run).exec();
    return true;
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
