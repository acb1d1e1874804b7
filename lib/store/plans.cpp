// plans.cpp: see plans.h.
#include "store/plans.h"

#include <set>

#include "store/clock.h"
#include "store/connection.h"
#include "store/put_rows.h"

namespace steepest::store {
namespace {

void put_runs(Connection& connection, std::int64_t plan, const std::vector<PlanRun>& runs) {
  for (const auto& run : runs) {
    connection
        .prepare(
            "INSERT INTO plan_run (plan_id, run_id, flops, open) SELECT ?, id, flops, status IN ('queued', 'interrupted') FROM run "
            "WHERE id = ? AND identity = ?")
        .bind(plan, run.id, run.identity)
        .exec();
  }
}

std::int64_t count(const Connection& connection, const char* sql, std::int64_t of) {
  Loan row = connection.prepare(sql);
  row.bind(of).step();
  return row.integer(0);
}

}  // namespace

std::int64_t open_plan(Planner planner, const PlanContent& content, double lease_seconds) {
  return planner.connection().write([&] {
    std::int64_t plan = 0;
    {
      Loan put = planner.connection().prepare(
          "INSERT INTO plan (study_id, scale, created_at, lease_expires_at, lease_boot) VALUES (?, ?, ?, ?, ?) RETURNING id");
      put.bind(content.study, content.scale, utc_now(), lease_seconds_now() + lease_seconds, lease_boot()).step();
      plan = put.integer(0);
    }
    put_runs(planner.connection(), plan, content.runs);
    return plan;
  });
}

bool renew_plan(Planner planner, std::int64_t plan, double lease_seconds) {
  return planner.connection().write([&] {
    return planner.connection()
               .prepare("UPDATE plan SET lease_expires_at = ?, lease_boot = ? WHERE id = ?")
               .bind(lease_seconds_now() + lease_seconds, lease_boot(), plan)
               .exec() == 1;
  });
}

std::int64_t restore_plan(Planner planner, std::int64_t plan, const PlanContent& content, double lease_seconds) {
  return planner.connection().write([&] {
    // The study may have been deleted meanwhile.
    planner.connection()
        .prepare(
            "INSERT INTO plan (id, study_id, scale, created_at, lease_expires_at, lease_boot) "
            "VALUES (?, (SELECT id FROM study WHERE id = ?), ?, ?, ?, ?)")
        .bind(plan, content.study, content.scale, utc_now(), lease_seconds_now() + lease_seconds, lease_boot())
        .exec();
    put_runs(planner.connection(), plan, content.runs);
    return count(planner.connection(), "SELECT count(*) FROM plan_run WHERE plan_id = ?", plan);
  });
}

void close_plan(Planner planner, std::int64_t plan) {
  planner.connection().write([&] { planner.connection().prepare("DELETE FROM plan WHERE id = ?").bind(plan).exec(); });
}

void close_dead_plans(Planner planner) {
  planner.connection().write([&] {
    planner.connection()
        .prepare("DELETE FROM plan WHERE lease_boot IS NOT ? OR lease_expires_at <= ?")
        .bind(lease_boot(), lease_seconds_now())
        .exec();
  });
}

std::vector<LivePlan> live_plans(const Reader& reader) {
  return reader.connection().guarded([&] {
    std::vector<LivePlan> plans;
    Loan row = reader.connection().prepare(
        "SELECT plan.id, coalesce(study.name, ''), plan.scale, count(run.id), coalesce(sum(run.status IN ('completed', 'diverged', "
        "'failed')), 0) "
        "FROM plan LEFT JOIN study ON study.id = plan.study_id LEFT JOIN plan_run ON plan_run.plan_id = plan.id "
        "LEFT JOIN run ON run.id = plan_run.run_id WHERE plan.lease_boot = ? AND plan.lease_expires_at > ? GROUP BY plan.id ORDER BY "
        "plan.id");
    row.bind(lease_boot(), lease_seconds_now());
    while (row.step()) plans.push_back({row.integer(0), row.text(1), row.text(2), row.integer(3), row.integer(4)});
    return plans;
  });
}

bool is_planned(const Reader& reader, std::int64_t run) {
  return reader.connection().guarded([&] {
    Loan row = reader.connection().prepare(
        "SELECT 1 FROM plan_run CROSS JOIN plan ON plan.id = plan_run.plan_id "
        "WHERE plan_run.run_id = ? AND plan.lease_boot = ? AND plan.lease_expires_at > ?");
    return row.bind(run, lease_boot(), lease_seconds_now()).step();
  });
}

bool is_study_planned(const Reader& reader, std::int64_t study) {
  return reader.connection().guarded([&] {
    Loan row = reader.connection().prepare("SELECT 1 FROM plan WHERE study_id = ? AND lease_boot = ? AND lease_expires_at > ?");
    return row.bind(study, lease_boot(), lease_seconds_now()).step();
  });
}

std::int64_t requeue_failed(Planner planner, std::int64_t plan) {
  Connection& connection = planner.connection();
  return planner.connection().write([&] {
    connection
        .prepare(
            "INSERT INTO event (run_id, at, kind, message) SELECT id, ?, 'requeued', '' FROM run WHERE status = 'failed' "
            "AND id IN (SELECT run_id FROM plan_run WHERE plan_id = ?)")
        .bind(utc_now(), plan)
        .exec();
    // Tries start anew: whoever requeues has mended the cause. The events keep the history.
    return connection
        .prepare(
            "UPDATE run SET status = 'queued', attempts = 0, failures = 0, error = NULL, finished_at = NULL WHERE status = 'failed' "
            "AND id IN (SELECT run_id FROM plan_run WHERE plan_id = ?)")
        .bind(plan)
        .exec();
  });
}

std::vector<TieBeside> ties_in_cells_of(const Reader& reader, std::int64_t study, const std::string& scale, std::int64_t plan) {
  return reader.connection().guarded([&] {
    std::vector<TieBeside> ties;
    Loan row = reader.connection().prepare(
        "SELECT run.id, tie.cell, run.seed, run.family FROM study_run AS tie CROSS JOIN run ON run.id = tie.run_id "
        "WHERE tie.study_id = ?1 AND tie.scale = ?2 AND NOT EXISTS (SELECT 1 FROM plan_run WHERE plan_id = ?3 AND run_id = tie.run_id) "
        "AND tie.cell IN (SELECT own.cell FROM plan_run CROSS JOIN study_run AS own ON own.study_id = ?1 AND own.scale = ?2 "
        "  AND own.run_id = plan_run.run_id WHERE plan_run.plan_id = ?3)");
    row.bind(study, scale, plan);
    while (row.step()) ties.push_back({row.integer(0), row.text(1), row.integer(2), row.text(3)});
    return ties;
  });
}

void untie(Planner planner, std::int64_t study, const std::string& scale, const std::vector<std::int64_t>& runs) {
  Connection& connection = planner.connection();
  planner.transaction([&] {
    std::set<std::string> cells;
    for (const auto run : runs) {
      Loan tie = connection.prepare("DELETE FROM study_run WHERE study_id = ? AND scale = ? AND run_id = ? RETURNING cell");
      if (tie.bind(study, scale, run).step()) cells.insert(tie.text(0));
    }
    for (const auto& cell : cells) forget_statistics(connection, study, scale, cell);
  });
}

std::int64_t ties_beside(const Reader& reader, std::int64_t study, const std::string& scale, std::int64_t plan) {
  return reader.connection().guarded([&] {
    Loan row = reader.connection().prepare(
        "SELECT count(*) FROM study_run WHERE study_id = ? AND scale = ? "
        "AND NOT EXISTS (SELECT 1 FROM plan_run WHERE plan_id = ? AND run_id = study_run.run_id)");
    row.bind(study, scale, plan).step();
    return row.integer(0);
  });
}

std::int64_t prune(Planner planner, std::int64_t study, const std::string& scale, std::int64_t plan) {
  std::vector<std::int64_t> runs;
  planner.transaction([&] {
    {
      Loan tie = planner.connection().prepare(
          "SELECT run_id FROM study_run WHERE study_id = ?1 AND scale = ?2 "
          "AND NOT EXISTS (SELECT 1 FROM plan_run WHERE plan_id = ?3 AND run_id = study_run.run_id) "
          "AND NOT EXISTS (SELECT 1 FROM plan_run CROSS JOIN plan ON plan.id = plan_run.plan_id "
          "  WHERE plan_run.run_id = study_run.run_id AND plan.lease_boot = ?4 AND plan.lease_expires_at > ?5)");
      tie.bind(study, scale, plan, lease_boot(), lease_seconds_now());
      while (tie.step()) runs.push_back(tie.integer(0));
    }
    untie(planner, study, scale, runs);
  });
  return static_cast<std::int64_t>(runs.size());
}

}  // namespace steepest::store
