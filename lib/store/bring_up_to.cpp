// bring_up_to.cpp: what version a file is of, and how it comes to be of another.
#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include "store/schema.h"

namespace steepest::store {
namespace {

/// Of a view that names a column which is not there any more, no table could be altered.
void drop_views(SQLite::Database& database, const Schema& schema) {
  for (const auto& view : schema.views) database.exec("DROP VIEW IF EXISTS " + view.name);
}

void migrate(SQLite::Database& database, const Schema& schema, int present, const Renewal& renewal) {
  for (const Migration& step : schema.migrations) {
    if (step.to <= present) continue;
    database.exec(step.sql);
    if (step.rows) step.rows(database, renewal);
    database.exec(step.last);
  }
}

}  // namespace

int schema_version(SQLite::Database& database) { return database.execAndGet("PRAGMA user_version").getInt(); }

bool is_ours(SQLite::Database& database) {
  if (database.execAndGet("PRAGMA application_id").getInt() == kApplicationId) return true;
  return schema_version(database) == 0 && database.execAndGet("SELECT count(*) FROM sqlite_master").getInt() == 0;
}

void bring_up_to(SQLite::Database& database, const Schema& schema, const std::function<void(int)>& allowed, const Renewal& renewal) {
  if (schema_version(database) >= schema.version) return;
  database.exec("BEGIN IMMEDIATE");
  try {
    const int present = schema_version(database);  // again, now under the lock
    if (present < schema.version) {
      if (allowed) allowed(present);
      drop_views(database, schema);
      if (present == 0) database.exec(schema.tables);
      else migrate(database, schema, present, renewal);
      for (const auto& view : schema.views) database.exec(view.sql);
      database.exec("PRAGMA application_id = " + std::to_string(kApplicationId));
      database.exec("PRAGMA user_version = " + std::to_string(schema.version));
    }
    database.exec("COMMIT");
  } catch (...) {
    if (sqlite3_get_autocommit(database.getHandle()) == 0) database.tryExec("ROLLBACK");
    throw;
  }
}

}  // namespace steepest::store
