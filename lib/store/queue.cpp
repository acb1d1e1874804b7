// queue.cpp: see queue.h.
#include "store/queue.h"

#include <algorithm>

#include "store/clock.h"
#include "store/connection.h"
#include "store/earlier.h"
#include "store/remake.h"
#include "store/put_rows.h"
#include "store/without_folders.h"

namespace steepest::store {
namespace {

/// How the event of a worker's complaint begins.
std::string said_by(const std::string& token) { return "worker " + token + ": "; }

// Claims the run whose id is WHICH, an expression of ?1. A macro, since Connection::prepare wants literals.
#define CLAIM(WHICH)                                                                                                 \
  "UPDATE run SET status = 'running', token = ?2, lease_expires_at = ?3, lease_boot = ?4, attempts = attempts + 1, " \
  "started_at = coalesce(started_at, ?5), error = NULL WHERE id = " WHICH                                            \
  " RETURNING id, identity, config, attempts, observes, coalesce(former_identity, '')"
constexpr const char* kClaimCostliest =
    CLAIM("(SELECT run_id FROM plan_run INDEXED BY plan_run_to_do WHERE plan_id = ?1 AND open = 1 ORDER BY flops DESC, run_id LIMIT 1)");
constexpr const char* kClaimRun = CLAIM("?1");
#undef CLAIM

std::optional<ClaimedRun> take(Connection& connection, const char* sql, std::int64_t id, const std::string& token, double lease_seconds) {
  ClaimedRun run;
  {
    Loan claim = connection.prepare(sql);
    claim.bind(id, token, lease_seconds_now() + lease_seconds, lease_boot(), utc_now());
    if (!claim.step()) return std::nullopt;
    run = {claim.integer(0), claim.text(1), claim.json(2), static_cast<int>(claim.integer(3)), claim.text(4), claim.text(5)};
  }
  note(connection, run.id, "claimed", "attempt " + std::to_string(run.attempt));
  return run;
}

/// The open runs of the plan that may be trained with the first as one. Runs of one shape cost the same, so that the index has them side by side.
std::vector<std::int64_t> runs_alike(Connection& connection, std::int64_t plan, const ClaimedRun& first, const Alike& alike) {
  Loan left = connection.prepare(
      "SELECT count(*) FROM plan_run JOIN run ON run.id = plan_run.run_id WHERE plan_id = ? AND status IN ('queued', 'interrupted', "
      "'running')");
  left.bind(plan).step();
  const std::int64_t most = alike.most(first.config, left.integer(0));
  if (most < 2) return {};
  const auto rest = [&](const std::string& run) {
    std::string paths;
    for (const auto& path : alike.may_differ) paths += ", '" + path + "'";
    return "json_remove(" + run + ".config" + paths + ")";
  };
  const auto goes_alone = [](const std::string& run) { return "(" + run + ".failures > 0 OR " + run + ".earlier IS NOT NULL)"; };
  SQLite::Statement others(
      connection.database,
      "SELECT other.id FROM run AS first JOIN plan_run AS place ON place.run_id = first.id AND place.plan_id = ?1 "
      "CROSS JOIN plan_run AS its INDEXED BY plan_run_to_do ON its.plan_id = ?1 AND its.open = 1 AND its.flops = place.flops "
      "CROSS JOIN run AS other ON other.id = its.run_id AND other.observes = first.observes AND " +
          rest("other") + " = " + rest("first") + " WHERE first.id = ?2 AND NOT " + goes_alone("first") + " AND NOT " +
          goes_alone("other") + " ORDER BY its.run_id LIMIT ?3");
  others.bind(1, plan);
  others.bind(2, first.id);
  others.bind(3, most - 1);
  std::vector<std::int64_t> found;
  while (others.executeStep()) found.push_back(others.getColumn(0).getInt64());
  return found;
}

/// Whether a run that was made again ended as it had before.
bool comes_to(const nlohmann::json& earlier, const RunEnd& end) {
  const auto& hash = earlier.at("parameter_hash");
  return same_result(earlier.at("status").get<std::string>(), hash.is_null() ? "" : hash.get<std::string>(), to_string(end.status),
                     end.parameter_hash);
}

}  // namespace

std::optional<ClaimedRun> Queue::claim(std::int64_t plan, const std::string& token, double lease_seconds) {
  return connection().write([&] { return take(connection(), kClaimCostliest, plan, token, lease_seconds); });
}

std::vector<ClaimedRun> Queue::claim_bundle(std::int64_t plan, const std::string& token, double lease_seconds, const Alike& alike) {
  return connection().write([&] {
    std::vector<ClaimedRun> bundle;
    if (auto first = take(connection(), kClaimCostliest, plan, token, lease_seconds)) bundle.push_back(std::move(*first));
    if (bundle.empty()) return bundle;
    for (const auto run : runs_alike(connection(), plan, bundle.front(), alike)) {
      if (auto other = take(connection(), kClaimRun, run, token, lease_seconds)) bundle.push_back(std::move(*other));
    }
    return bundle;
  });
}

bool Queue::heartbeat(std::int64_t run, const std::string& token, std::int64_t step, double lease_seconds) {
  return connection().write([&] {
    return connection()
               .prepare("UPDATE run SET step = max(step, ?), lease_expires_at = ? WHERE id = ? AND token = ? AND status = 'running'")
               .bind(step, lease_seconds_now() + lease_seconds, run, token)
               .exec() == 1;
  });
}

bool Queue::finish(std::int64_t run, const std::string& token, const RunEnd& end) {
  return connection().write([&] {
    const auto earlier = earlier_of(connection(), run);
    const bool result = end.status == RunStatus::completed || end.status == RunStatus::diverged;
    if (earlier && result && !comes_to(*earlier, end)) {
      Loan held = connection().prepare("SELECT 1 FROM run WHERE id = ? AND token = ? AND status = 'running'");
      if (!held.bind(run, token).step()) return false;
      const std::string text = difference(connection(), run, *earlier, end);
      restore(connection(), run, *earlier);
      note(connection(), run, kOtherBits, text);
      return true;
    }
    const bool over = end.status == RunStatus::completed || end.status == RunStatus::diverged || end.status == RunStatus::failed;
    const auto unless_empty = [](const std::string& text) { return text.empty() ? std::nullopt : std::optional(text); };
    const std::int64_t changed =
        connection()
            .prepare(
                "UPDATE run SET status = ?1, step = ?2, seconds = ?3, validation_seconds = ?9, waiting_seconds = ?10, parameter_hash = ?4, "
                "error = ?5, finished_at = ?6, "
                "diverged_step = CASE WHEN ?1 = 'diverged' THEN ?2 END, "
                "earlier = CASE WHEN ?1 NOT IN ('completed', 'diverged') THEN earlier END, token = NULL, lease_expires_at = NULL, "
                "lease_boot = NULL WHERE id = ?7 AND token = ?8 AND status = 'running'")
            .bind(to_string(end.status), end.step, end.seconds, unless_empty(end.parameter_hash), unless_empty(end.error),
                  over ? std::optional(utc_now()) : std::nullopt, run, token, end.validation_seconds, end.waiting_seconds)
            .exec();
    if (changed != 1) return false;
    if (earlier && result) take_staged(connection(), run);
    note(connection(), run, to_string(end.status), end.error);
    return true;
  });
}

std::int64_t Queue::release(const std::string& token) {
  return connection().write([&] {
    connection()
        .prepare(
            "INSERT INTO event (run_id, at, kind, message) "
            "SELECT id, ?, 'interrupted', 'its worker is gone' FROM run WHERE token = ? AND status = 'running'")
        .bind(utc_now(), token)
        .exec();
    return connection()
        .prepare(
            "UPDATE run SET status = 'interrupted', token = NULL, lease_expires_at = NULL, lease_boot = NULL "
            "WHERE token = ? AND status = 'running'")
        .bind(token)
        .exec();
  });
}

bool Queue::give_back(std::int64_t run, const std::string& token, const std::string& why) {
  return connection().write([&] {
    const auto changed = connection()
                             .prepare(
                                 "UPDATE run SET status = 'interrupted', token = NULL, lease_expires_at = NULL, lease_boot = NULL "
                                 "WHERE id = ? AND token = ? AND status = 'running'")
                             .bind(run, token)
                             .exec();
    if (changed == 1) note(connection(), run, "interrupted", why);
    return changed == 1;
  });
}

std::optional<FailedTry> Queue::fail(const std::string& token, const std::string& kind, const std::string& reason, int tries) {
  const std::string cause = without_folders(reason);
  return connection().write([&]() -> std::optional<FailedTry> {
    std::vector<FailedTry> all;
    {
      Loan update = connection().prepare(
          "UPDATE run SET failures = failures + 1, token = NULL, lease_expires_at = NULL, lease_boot = NULL, "
          "status = CASE WHEN failures + 1 >= ?2 THEN 'failed' ELSE 'interrupted' END, "
          "error = CASE WHEN failures + 1 >= ?2 THEN ?3 END, finished_at = CASE WHEN failures + 1 >= ?2 THEN ?4 END "
          "WHERE token = ?1 AND status = 'running' RETURNING id, failures");
      update.bind(token, tries, cause, utc_now());
      while (update.step()) all.push_back({update.integer(0), static_cast<int>(update.integer(1)), update.integer(1) >= tries});
    }
    for (const auto& failed : all) {
      note(connection(), failed.run, kind, cause);
      if (!failed.over) continue;
      const auto earlier = earlier_of(connection(), failed.run);
      if (earlier) restore(connection(), failed.run, *earlier);
      note(connection(), failed.run, to_string(RunStatus::failed),
           "after " + std::to_string(failed.failures) + " tries" + (earlier ? "; what was stored before stays: " + cause : ""));
    }
    const auto first = std::find_if(all.begin(), all.end(), [](const FailedTry& failed) { return failed.over; });
    if (all.empty()) return std::nullopt;
    return first == all.end() ? all.front() : *first;
  });
}

void Queue::complain(const std::string& token, const std::string& complaint) {
  connection().write([&] {
    connection()
        .prepare("INSERT INTO event (run_id, at, kind, message) VALUES ((SELECT id FROM run WHERE token = ?1), ?2, 'user_error', ?3)")
        .bind(token, utc_now(), said_by(token) + without_folders(complaint))
        .exec();
    release(token);
  });
}

std::optional<std::string> Queue::complaint(const std::string& token) const {
  return connection().guarded([&]() -> std::optional<std::string> {
    Loan row = connection().prepare(
        "SELECT substr(message, length(?1) + 1) FROM event WHERE kind = 'user_error' AND substr(message, 1, length(?1)) = ?1 "
        "ORDER BY id DESC LIMIT 1");
    if (!row.bind(said_by(token)).step()) return std::nullopt;
    return row.text(0);
  });
}

std::vector<ExpiredLease> Queue::expired_leases(std::int64_t plan) const {
  return connection().guarded([&] {
    std::vector<ExpiredLease> expired;
    Loan row = connection().prepare(
        "SELECT run.id, run.token, run.lease_expires_at FROM run INDEXED BY run_by_token CROSS JOIN plan_run "
        "ON plan_run.plan_id = ? AND plan_run.run_id = run.id "
        "WHERE run.token IS NOT NULL AND (run.lease_boot IS NOT ? OR run.lease_expires_at < ?)");
    row.bind(plan, lease_boot(), lease_seconds_now());
    while (row.step()) expired.push_back({row.integer(0), row.text(1), row.real(2)});
    return expired;
  });
}

bool Queue::can_write() {
  const Patience little(*this, std::chrono::milliseconds(200));
  try {
    connection().write([] {});
    return true;
  } catch (const BusyError&) { return false; }
}

}  // namespace steepest::store
