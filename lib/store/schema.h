// schema.h: the tables and views of the file, and how a file comes to have them.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "store/renewal.h"
#include "store/views.h"

namespace SQLite {
class Database;
}

namespace steepest::store {

/// PRAGMA application_id of every file of ours ("stpt"), so that another program's database is never taken for one.
inline constexpr int kApplicationId = 0x73747074;

inline constexpr int kSchemaVersion = 6;

/// What takes the tables of a file of version `to - 1` to version `to`. A released step is never changed in what it leads to.
struct Migration {
  int to;
  std::string sql;
  std::function<void(SQLite::Database&, const Renewal&)> rows = {};  ///< what SQL alone cannot do, after it
  std::string last = {};                                             ///< SQL after that
};

struct Schema {
  int version;
  std::string tables;  ///< as a new file gets them
  std::vector<SavedView> views;
  std::vector<Migration> migrations = {};  ///< in order, from the one to version 2 to the one to `version`
};

/// Today's.
const Schema& schema();

/// PRAGMA user_version: 0 for a new file.
int schema_version(SQLite::Database& database);

/// True for a file that belongs to steepest, or that is empty and so may become one.
bool is_ours(SQLite::Database& database);

/// Gives a new file the tables and views, and an older one what it lacks, in one immediate transaction, so that two processes which open an
/// old file at once do not both upgrade it. `allowed` is asked first, under the lock, with the version that is there, and throws where the
/// file must stay. Throws SQLite::Exception; then, too, the file is as it was.
void bring_up_to(SQLite::Database& database, const Schema& schema, const std::function<void(int)>& allowed = {},
                 const Renewal& renewal = {});

}  // namespace steepest::store
