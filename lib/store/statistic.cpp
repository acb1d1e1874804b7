// statistic.cpp: summaries over seeds as rows.
#include "store/clock.h"
#include "store/connection.h"
#include "store/put_rows.h"
#include "store/recorder.h"

namespace steepest::store {

void Recorder::put_statistic(std::int64_t study, const StatisticRow& row) {
  connection().write([&] {
    connection()
        .prepare(
            "INSERT INTO statistic (study_id, scale, cell, metric, n, mean, standard_error, low, high, method, "
            "bootstrap_seed, runs_hash, computed_at, baseline, probability, probability_low, probability_high) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (study_id, scale, cell, metric, baseline) DO UPDATE SET n = excluded.n, mean = excluded.mean, "
            "standard_error = excluded.standard_error, low = excluded.low, high = excluded.high, "
            "method = excluded.method, bootstrap_seed = excluded.bootstrap_seed, runs_hash = excluded.runs_hash, "
            "computed_at = excluded.computed_at, probability = excluded.probability, "
            "probability_low = excluded.probability_low, probability_high = excluded.probability_high")
        .bind(study, row.scale, row.cell, row.metric, row.n, row.mean, row.standard_error, row.low, row.high, row.method,
              row.bootstrap_seed, row.runs_hash, utc_now(), row.baseline, row.probability, row.probability_low, row.probability_high)
        .exec();
  });
}

void forget_statistics(Connection& connection, std::int64_t study, const std::string& scale, const std::string& cell) {
  connection.prepare("DELETE FROM statistic WHERE study_id = ?1 AND scale = ?2 AND (cell = ?3 OR baseline = ?3)")
      .bind(study, scale, cell)
      .exec();
}

// A macro, since Connection::prepare wants literals.
#define STATISTICS_OF_STUDY                                                                             \
  "SELECT cell, metric, scale, n, mean, standard_error, low, high, method, bootstrap_seed, runs_hash, " \
  "baseline, probability, probability_low, probability_high FROM statistic WHERE study_id = ?1 AND scale = ?2 "

std::vector<StatisticRow> Reader::statistics(std::int64_t study, const std::string& scale, const std::string& cell) const {
  return connection().guarded([&] {
    std::vector<StatisticRow> rows;
    Loan row = cell.empty() ? connection().prepare(STATISTICS_OF_STUDY "ORDER BY cell, metric, baseline")
                            : connection().prepare(STATISTICS_OF_STUDY "AND cell = ?3 ORDER BY metric, baseline");
    if (cell.empty()) row.bind(study, scale);
    else row.bind(study, scale, cell);
    while (row.step()) {
      rows.push_back({row.text(0), row.text(1), row.text(2), row.integer(3), row.real(4), row.real(5), row.real(6), row.real(7),
                      row.text(8), row.integer(9), row.text(10), row.text(11), row.real(12), row.real(13), row.real(14)});
    }
    return rows;
  });
}

#undef STATISTICS_OF_STUDY

}  // namespace steepest::store
