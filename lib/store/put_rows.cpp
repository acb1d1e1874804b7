// put_rows.cpp: see put_rows.h.
#include "store/put_rows.h"

#include <algorithm>
#include <map>
#include <string_view>

#include "digest/sha256.h"
#include "store/clock.h"

namespace steepest::store {
namespace {

/// Rows of one statement: starting a statement costs about as much as inserting a row.
constexpr int kRowsOfStatement = 16;

/// INSERT of so many rows; ?1 is the run, the others follow row by row in the order of the columns.
std::string insertion(const std::string& table, const std::string& columns, int rows) {
  std::string values;
  const auto count = std::count(columns.begin(), columns.end(), ',') + 1;
  for (int row = 0, parameter = 1; row < rows; ++row) {
    values += values.empty() ? "(?1" : ", (?1";
    for (int column = 0; column < count; ++column) values += ", ?" + std::to_string(++parameter);
    values += ")";
  }
  return "INSERT INTO " + table + " (run_id, " + columns + ") VALUES " + values;
}

/// The same where a row of that key may be there already, and is replaced.
std::string replacement(const std::string& table, const std::string& key, int rows) {
  return insertion(table, key + ", value", rows) + " ON CONFLICT (run_id, " + key + ") DO UPDATE SET value = excluded.value";
}

/// Both forms for one table, whose texts live on.
struct Insertions {
  Insertions(const std::string& table, const std::string& key)
      : many(replacement(table, key, kRowsOfStatement)), one(replacement(table, key, 1)) {}
  std::string many, one;
};

/// `bind(statement, index, row)` binds one row's values after parameter `index`. The texts of both statements must live on.
template <class Row, class Bind>
void put_rows(Connection& connection, const std::string& many, const std::string& one, std::int64_t run, const std::vector<Row>& rows,
              Bind bind) {
  std::size_t next = 0;
  const auto put = [&](const std::string& sql, std::size_t count) {
    if (next + count > rows.size()) return;
    Loan statement = connection.prepare(sql.c_str());
    statement.bind_at(1, run);
    while (next + count <= rows.size()) {
      int index = 1;
      for (const std::size_t end = next + count; next < end; ++next) bind(statement, index, rows[next]);
      statement.run();
    }
  };
  put(many, kRowsOfStatement);
  put(one, 1);
}

/// What the rows come to, one row a name: lists and tables read this instead of whole curves.
void summarize(Connection& connection, std::int64_t run, const std::vector<MetricRow>& rows) {
  struct Summary {
    std::int64_t last_step;
    double last, lowest;
  };
  std::map<std::string_view, Summary> summaries;
  for (const MetricRow& row : rows) {
    const auto [known, fresh] = summaries.try_emplace(row.name, Summary{row.step, row.value, row.value});
    if (fresh) continue;
    Summary& summary = known->second;
    if (row.step >= summary.last_step) summary.last_step = row.step, summary.last = row.value;
    summary.lowest = std::fmin(summary.lowest, row.value);  // a NaN never is the lowest
  }
  Loan put = connection.prepare(
      "INSERT INTO metric_summary (run_id, name, last_step, last_value, lowest) VALUES (?, ?, ?, ?, ?) "
      "ON CONFLICT (run_id, name) DO UPDATE SET "
      "last_value = CASE WHEN excluded.last_step >= last_step THEN excluded.last_value ELSE last_value END, "
      "last_step = max(last_step, excluded.last_step), "
      "lowest = coalesce(min(lowest, excluded.lowest), lowest, excluded.lowest)");
  for (const auto& [name, summary] : summaries) put.bind(run, std::string(name), summary.last_step, summary.last, summary.lowest).exec();
}

}  // namespace

void put_params(Connection& connection, std::int64_t run, const std::vector<Param>& params) {
  static const std::string kMany = insertion("param", "key, value, number", kRowsOfStatement),
                           kOne = insertion("param", "key, value, number", 1);
  put_rows(connection, kMany, kOne, run, params, [](Loan& statement, int& index, const Param& param) {
    statement.bind_at(++index, param.key);
    statement.bind_at(++index, param.value);
    statement.bind_at(++index, param.number);
  });
}

void put_metrics(Connection& connection, std::int64_t run, const std::vector<MetricRow>& rows, Shelf shelf) {
  if (rows.empty()) return;
  static const Insertions kOwn("metric", "name, step"), kStaged("staged_metric", "name, step");
  const Insertions& into = shelf == Shelf::own ? kOwn : kStaged;
  put_rows(connection, into.many, into.one, run, rows, [](Loan& statement, int& index, const MetricRow& row) {
    statement.bind_at(++index, row.name);
    statement.bind_at(++index, row.step);
    statement.bind_at(++index, row.value);
  });
  if (shelf == Shelf::own) summarize(connection, run, rows);
}

void put_spectra(Connection& connection, std::int64_t run, const std::vector<SpectrumRow>& rows, Shelf shelf) {
  static const Insertions kOwn("spectrum", "matrix, step, position"), kStaged("staged_spectrum", "matrix, step, position");
  const Insertions& into = shelf == Shelf::own ? kOwn : kStaged;
  put_rows(connection, into.many, into.one, run, rows, [](Loan& statement, int& index, const SpectrumRow& row) {
    statement.bind_at(++index, row.matrix);
    statement.bind_at(++index, row.step);
    statement.bind_at(++index, row.index);
    statement.bind_at(++index, row.value);
  });
}

void summarize_anew(Connection& connection, std::int64_t run) {
  connection.prepare("DELETE FROM metric_summary WHERE run_id = ?").bind(run).exec();
  connection
      .prepare(
          "INSERT INTO metric_summary (run_id, name, last_step, last_value, lowest) "
          "SELECT run_id, name, last_step, (SELECT value FROM metric WHERE run_id = whole.run_id AND name = whole.name "
          "AND step = last_step), lowest FROM (SELECT run_id, name, max(step) AS last_step, min(value) AS lowest "
          "FROM metric WHERE run_id = ? GROUP BY run_id, name) AS whole")
      .bind(run)
      .exec();
}

void put_environment(Connection& connection, std::int64_t run, const nlohmann::json& environment) {
  const std::string text = environment.dump();
  const std::string hash = digest::sha256(text);
  connection.prepare("INSERT INTO environment (hash, description, created_at) VALUES (?, ?, ?) ON CONFLICT (hash) DO NOTHING")
      .bind(hash, text, utc_now())
      .exec();
  connection.prepare("UPDATE run SET environment_id = (SELECT id FROM environment WHERE hash = ?) WHERE id = ?").bind(hash, run).exec();
}

void note(Connection& connection, std::optional<std::int64_t> run, const std::string& kind, const std::string& message) {
  connection.prepare("INSERT INTO event (run_id, at, kind, message) VALUES (?, ?, ?, ?)").bind(run, utc_now(), kind, message).exec();
}

void drop_staged(Connection& connection, std::int64_t run) {
  connection.prepare("DELETE FROM staged_metric WHERE run_id = ?").bind(run).exec();
  connection.prepare("DELETE FROM staged_spectrum WHERE run_id = ?").bind(run).exec();
}

void drop_rows(Connection& connection, std::int64_t run) {
  connection.prepare("DELETE FROM metric WHERE run_id = ?").bind(run).exec();
  connection.prepare("DELETE FROM metric_summary WHERE run_id = ?").bind(run).exec();
  connection.prepare("DELETE FROM spectrum WHERE run_id = ?").bind(run).exec();
  drop_staged(connection, run);
}

void take_staged(Connection& connection, std::int64_t run) {
  connection.prepare("DELETE FROM metric WHERE run_id = ?").bind(run).exec();
  connection.prepare("DELETE FROM spectrum WHERE run_id = ?").bind(run).exec();
  connection.prepare("INSERT INTO metric (run_id, name, step, value) SELECT run_id, name, step, value FROM staged_metric WHERE run_id = ?")
      .bind(run)
      .exec();
  connection
      .prepare(
          "INSERT INTO spectrum (run_id, matrix, step, position, value) SELECT run_id, matrix, step, position, value "
          "FROM staged_spectrum WHERE run_id = ?")
      .bind(run)
      .exec();
  summarize_anew(connection, run);
  drop_staged(connection, run);
}

}  // namespace steepest::store
