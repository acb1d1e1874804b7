// schema.h: the tables of the database and the steps from one schema version to the next.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "store/renewal.h"

namespace SQLite { class Database; }

namespace steepest::store {

/// PRAGMA application_id of every file of ours ("stpt"), so that another program's database is never taken for one.
inline constexpr int kApplicationId = 0x73747074;

/// One step: what takes a file of version `to - 1` to version `to`. A released step is never edited.
struct Migration {
  int to;
  std::string sql;
  std::function<void(SQLite::Database&, const Renewal&)> rows = {};  ///< what SQL alone cannot do, after it
  std::string last = {};                                             ///< SQL after that
};

/// All steps, in order; the last one's `to` is Database::kSchemaVersion.
const std::vector<Migration>& migrations();

/// PRAGMA user_version: 0 for a new file.
int schema_version(SQLite::Database& database);

/// True for a file that belongs to steepest, or that is empty and so may become one.
bool is_ours(SQLite::Database& database);

/// Applies the steps that the file lacks, all in one immediate transaction, so that two processes which open an old
/// file at once do not both upgrade it. `allowed` is asked first, under the lock, with the version that is there, and throws where the
/// file must stay. Throws SQLite::Exception; then, too, the file is as it was.
void migrate(SQLite::Database& database, const std::vector<Migration>& steps, const std::function<void(int)>& allowed = {},
             const Renewal& renewal = {});

}  // namespace steepest::store
