// at_work.cpp: see at_work.h.
#include "store/at_work.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include "store/clock.h"

namespace steepest::store {
namespace {

/// Version 1 counted its leases in seconds since 1970.
constexpr const char* kHeldInVersion1 =
    "SELECT 'workers hold runs: ' || group_concat(id, ', ') FROM run WHERE status = 'running' "
    "AND lease_expires_at > (julianday('now') - 2440587.5) * 86400 HAVING count(*) > 0";
constexpr const char* kHeld =
    "SELECT 'workers hold runs: ' || group_concat(id, ', ') FROM run INDEXED BY run_by_token WHERE token IS NOT NULL AND lease_boot = ? "
    "AND lease_expires_at > ? HAVING count(*) > 0";
constexpr const char* kPlanned =
    "SELECT '`steepest run` is at work on ' || coalesce(study.name || ' (' || plan.scale || ')', 'runs made again') FROM plan "
    "LEFT JOIN study ON study.id = plan.study_id WHERE plan.lease_boot = ? AND plan.lease_expires_at > ?";

void add(SQLite::Database& database, const char* sql, std::string& text) {
  SQLite::Statement row(database, sql);
  if (row.getBindParameterCount() > 0) {
    row.bind(1, lease_boot());
    row.bind(2, lease_seconds_now());
  }
  while (row.executeStep()) text += (text.empty() ? "" : "; ") + row.getColumn(0).getString();
}

}  // namespace

std::string at_work(SQLite::Database& database, int version) {
  std::string text;
  if (version >= 3) add(database, kPlanned, text);
  if (version >= 1) add(database, version == 1 ? kHeldInVersion1 : kHeld, text);
  return text;
}

}  // namespace steepest::store
