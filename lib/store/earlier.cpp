// earlier.cpp: see earlier.h.
#include "store/earlier.h"

#include "store/flatten.h"
#include "store/put_rows.h"

namespace steepest::store {
namespace {

// A macro, since Connection::prepare wants literals.
#define RESULT_COLUMNS                                                                                                                     \
  "status, step, attempts, failures, seconds, validation_seconds, waiting_seconds, diverged_step, parameter_hash, error, environment_id, " \
  "started_at, finished_at, imported_at, stacked"
constexpr const char* kNames[] = {"status",          "step",          "attempts",       "failures", "seconds",        "validation_seconds",
                                  "waiting_seconds", "diverged_step", "parameter_hash", "error",    "environment_id", "started_at",
                                  "finished_at",     "imported_at",   "stacked"};

std::string text_or_empty(const nlohmann::json& columns, const char* name) {
  const auto found = columns.find(name);
  return found == columns.end() || found->is_null() ? "" : found->get<std::string>();
}

nlohmann::json environment(const Connection& connection, const nlohmann::json& id) {
  if (!id.is_number_integer()) return {};
  Loan row = connection.prepare("SELECT description FROM environment WHERE id = ?");
  return row.bind(id.get<std::int64_t>()).step() ? row.json(0) : nlohmann::json();
}

std::string ending(const std::string& status, const std::string& hash) {
  constexpr std::size_t kShown = 12;
  return status + (hash.empty() ? "" : " with parameter hash " + hash.substr(0, kShown));
}

/// "; validation_loss 2.0773 before, 2.0774 now": the last value of what a run is judged by, where it has one both times.
std::string judged_values(const Connection& connection, std::int64_t run) {
  Loan row = connection.prepare(
      "SELECT before.name, printf('%.6g', before.last_value), printf('%.6g', now.value) FROM metric_summary AS before "
      "JOIN staged_metric AS now ON now.run_id = before.run_id AND now.name = before.name "
      "WHERE before.run_id = ? AND before.name IN ('validation_loss', 'loss') AND before.last_value IS NOT NULL AND now.value IS NOT NULL "
      "ORDER BY before.name DESC, now.step DESC LIMIT 1");
  if (!row.bind(run).step()) return "";
  return "; " + row.text(0) + " " + row.text(1) + " before, " + row.text(2) + " now";
}

/// "LibTorch 2.1 then, 2.2 now, ...": what bits depend on, where two environments differ in it.
std::string differences(const nlohmann::json& then, const nlohmann::json& now) {
  const auto shown = [](const nlohmann::json& place, const char* key) -> std::string {
    if (!place.is_object() || !place.contains(key)) return "unknown";
    return place.at(key).is_string() ? place.at(key).get<std::string>() : place.at(key).dump();
  };
  constexpr std::pair<const char*, const char*> kKeys[] = {
      {"libtorch", "LibTorch"}, {"blas", "BLAS"},         {"cpu_model", "CPU"}, {"cpu_capability", "instructions"},
      {"kernels", "kernels"},   {"compiler", "compiler"}, {"device", "device"}, {"commit", "commit"}};
  std::string text;
  for (const auto& [key, name] : kKeys) {
    const auto before = shown(then, key), after = shown(now, key);
    if (before != after) text += (text.empty() ? "" : ", ") + std::string(name) + " " + before + " then, " + after + " now";
  }
  return text;
}

}  // namespace

std::optional<nlohmann::json> result_columns(const Connection& connection, std::int64_t run) {
  Loan row = connection.prepare("SELECT " RESULT_COLUMNS ", config, observes FROM run WHERE id = ?");
  if (!row.bind(run).step()) return std::nullopt;
  nlohmann::json columns;
  int column = 0;
  for (const char* name : kNames) columns[name] = row.value(column++);
  columns["config"] = row.json(column++);
  columns["observes"] = row.json(column);
  return columns;
}

std::optional<nlohmann::json> earlier_of(const Connection& connection, std::int64_t run) {
  Loan row = connection.prepare("SELECT earlier FROM run WHERE id = ? AND earlier IS NOT NULL");
  if (!row.bind(run).step()) return std::nullopt;
  return row.json(0);
}

void restore(Connection& connection, std::int64_t run, const nlohmann::json& earlier) {
  {
    Loan put = connection.prepare("UPDATE run SET (" RESULT_COLUMNS
                                  ") = (?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16), "
                                  "token = NULL, lease_expires_at = NULL, lease_boot = NULL, earlier = NULL WHERE id = ?1");
    put.bind(run);
    int parameter = 1;
    for (const char* name : kNames) put.bind_value(++parameter, earlier.at(name));
    put.exec();
  }
  put_config(connection, run, earlier.at("config"), earlier.at("observes"));
  drop_staged(connection, run);
}

bool same_result(const std::string& status, const std::string& hash, const std::string& other_status, const std::string& other_hash) {
  return status == other_status && (hash.empty() || other_hash.empty() || hash == other_hash);
}

std::string difference(const Connection& connection, std::int64_t run, const nlohmann::json& earlier, const RunEnd& end) {
  nlohmann::json id;
  {
    Loan row = connection.prepare("SELECT environment_id FROM run WHERE id = ?");
    if (row.bind(run).step()) id = row.value(0);
  }
  const auto elsewhere = differences(environment(connection, earlier.at("environment_id")), environment(connection, id));
  return "made again, it ended otherwise: " + ending(to_string(end.status), end.parameter_hash) + ", before " +
         ending(text_or_empty(earlier, "status"), text_or_empty(earlier, "parameter_hash")) + judged_values(connection, run) +
         "; what was stored before stays" + (elsewhere.empty() ? ". Machine and build are as they were" : ". Made elsewhere: " + elsewhere);
}

void put_config(Connection& connection, std::int64_t run, const nlohmann::json& config, const nlohmann::json& observes) {
  connection.prepare("UPDATE run SET config = ?2, observes = ?3 WHERE id = ?1").bind(run, config.dump(), observes.dump()).exec();
  connection.prepare("DELETE FROM param WHERE run_id = ?").bind(run).exec();
  put_params(connection, run, flatten(config));
}

}  // namespace steepest::store
