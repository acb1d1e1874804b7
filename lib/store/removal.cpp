// removal.cpp: see removal.h.
#include "store/removal.h"

#include "store/connection.h"
#include "store/plans.h"
#include "store/put_rows.h"
#include "store/run_states.h"
#include "store/status.h"

namespace steepest::store {
namespace {

constexpr std::int64_t kRowsOfTransaction = 50'000;  // a fraction of a second, which other writers wait for

/// What a row takes in the file, with the share of its page that is free.
constexpr std::int64_t kBytesPerRow = 32, kBytesPerParameter = 90;

template <class... Values>
std::vector<std::int64_t> run_numbers(const Reader& reader, const char* sql, const Values&... values) {
  return reader.connection().guarded([&] {
    std::vector<std::int64_t> runs;
    Loan row = reader.connection().prepare(sql);
    row.bind(values...);
    while (row.step()) runs.push_back(row.integer(0));
    return runs;
  });
}

std::int64_t count_rows(const Connection& connection, const char* sql, std::int64_t run) {
  Loan row = connection.prepare(sql);
  row.bind(run).step();
  return row.integer(0);
}

/// Metric and spectrum rows of a run.
std::pair<std::int64_t, std::int64_t> row_counts(const Connection& connection, std::int64_t run) {
  return {count_rows(connection, "SELECT count(*) FROM metric WHERE run_id = ?", run),
          count_rows(connection, "SELECT count(*) FROM spectrum WHERE run_id = ?", run)};
}

/// Its identities; none: it is gone already.
std::vector<std::string> delete_one(Remover& remover, std::int64_t run) {
  Connection& connection = remover.connection();
  if (is_held(remover, run) || is_planned(remover, run)) {
    throw options::InputError("a `steepest run` has asked for run " + std::to_string(run) +
                              " meanwhile; stop it, then the same command goes on");
  }
  connection
      .prepare(
          "DELETE FROM statistic WHERE EXISTS (SELECT 1 FROM study_run AS tie WHERE tie.run_id = ? AND tie.study_id = statistic.study_id "
          "AND tie.scale = statistic.scale AND tie.cell IN (statistic.cell, statistic.baseline))")
      .bind(run)
      .exec();
  drop_rows(connection, run);
  Loan row = connection.prepare("DELETE FROM run WHERE id = ? RETURNING identity, former_identity");  // the rest goes by foreign keys
  if (!row.bind(run).step()) return {};
  std::vector<std::string> identities{row.text(0)};
  if (!row.is_null(1)) identities.push_back(row.text(1));
  return identities;
}

}  // namespace

std::vector<std::int64_t> runs_of_study_alone(const Reader& reader, std::int64_t study, const std::string& scale) {
  return run_numbers(reader,
                     "SELECT run_id FROM study_run AS own WHERE study_id = ?1 AND (?2 = '' OR scale = ?2) AND NOT EXISTS ("
                     "SELECT 1 FROM study_run AS other WHERE other.run_id = own.run_id "
                     "AND (other.study_id <> ?1 OR (?2 <> '' AND other.scale <> ?2))) GROUP BY run_id",
                     study, scale);
}

std::vector<std::int64_t> failed_runs(const Reader& reader) {
  return run_numbers(reader, "SELECT id FROM run WHERE status = 'failed' ORDER BY id");
}

std::vector<std::int64_t> untied_runs(const Reader& reader) {
  return run_numbers(reader, "SELECT id FROM run WHERE NOT EXISTS (SELECT 1 FROM study_run WHERE run_id = run.id) ORDER BY id");
}

std::vector<std::int64_t> runs_of_numerics(const Reader& reader, const nlohmann::json& numerics) {
  return run_numbers(reader, "SELECT id FROM run WHERE numerics = ? ORDER BY id", numerics.dump());
}

Holdings holdings(const Reader& reader, const std::vector<std::int64_t>& runs) {
  const Connection& connection = reader.connection();
  return connection.guarded([&] {
    Holdings sum;
    for (const auto run : runs) {
      Loan row = connection.prepare("SELECT status, length(config), (SELECT count(*) FROM param WHERE run_id = id) FROM run WHERE id = ?");
      if (!row.bind(run).step()) {
        sum.missing.push_back(run);
        continue;
      }
      ++sum.runs[status_from(row.text(0))];
      const auto [metrics, spectra] = row_counts(connection, run);
      sum.metric_rows += metrics;
      sum.spectrum_rows += spectra;
      sum.bytes += row.integer(1) + row.integer(2) * kBytesPerParameter + (metrics + spectra) * kBytesPerRow;
      if (is_held(reader, run) || is_planned(reader, run)) sum.held.push_back(run);
    }
    return sum;
  });
}

void Remover::delete_runs(const std::vector<std::int64_t>& runs, const std::function<void(const std::string& identity)>& gone) {
  for (std::size_t next = 0; next < runs.size();) {
    std::vector<std::string> identities;
    transaction([&] {
      for (std::int64_t rows = 0; next < runs.size() && rows < kRowsOfTransaction; ++next) {
        const auto [metrics, spectra] = row_counts(connection(), runs[next]);
        rows += metrics + spectra + 100;  // parameters, events, places in studies
        for (auto& identity : delete_one(*this, runs[next])) identities.push_back(std::move(identity));
      }
    });
    for (const auto& identity : identities) gone(identity);
  }
}

void Remover::delete_study(std::int64_t study, const std::string& scale) {
  transaction([&] {
    connection().prepare("DELETE FROM study_run WHERE study_id = ?1 AND (?2 = '' OR scale = ?2)").bind(study, scale).exec();
    connection().prepare("DELETE FROM statistic WHERE study_id = ?1 AND (?2 = '' OR scale = ?2)").bind(study, scale).exec();
    connection().prepare("DELETE FROM study WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM study_run WHERE study_id = ?1)").bind(study).exec();
  });
}

}  // namespace steepest::store
