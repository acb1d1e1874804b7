// at_work.h: who is at work on a file, whatever its schema: an upgrade under running programs would pull the tables from under them.
#pragma once
#include <string>

namespace SQLite {
class Database;
}

namespace steepest::store {

/// "`steepest run` is at work on split (quick)", "workers hold runs: 3, 4", several joined by "; ". Empty: nobody is. Throws SQLite::Exception.
std::string at_work(SQLite::Database& database, int version);

}  // namespace steepest::store
