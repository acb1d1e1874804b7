// file.cpp: opening, creating and upgrading the file, and refusing what cannot work.
#include "store/file.h"

#include <sqlite3.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <thread>
#include <tuple>

#include "store/at_work.h"
#include "store/connection.h"
#include "store/schema.h"

namespace steepest::store {
namespace {

namespace fs = std::filesystem;
using options::InputError;

constexpr int kOldestSqlite = 3037000;  // STRICT tables

/// `make`: a file that is not there will be made.
void refuse_impossible(const fs::path& path, bool make) {
  const std::string file = "database " + path.string() + ": ";
  if (sqlite3_libversion_number() < kOldestSqlite) {
    throw InputError(file + "needs SQLite 3.37 or newer; the installed library is " + sqlite3_libversion());
  }
  std::error_code failed;
  if (path.empty()) throw InputError("the database's name is empty; give a file with --database PATH");
  if (fs::is_directory(path, failed)) { throw InputError(file + "this is a folder; name a file in it with --database PATH"); }
  if (fs::exists(path, failed) && !fs::is_regular_file(path, failed)) throw InputError(file + "this is not a regular file");
  if (!make && !fs::exists(path, failed)) {
    throw InputError(file + "there is no such file yet; `steepest run STUDY` makes it, `--database PATH` names another");
  }
  const auto network = network_file_system(path);
  if (network && std::getenv("STEEPEST_ALLOW_NETWORK_DATABASE") == nullptr) {
    throw InputError(file + "it would lie on a network file system (" + *network +
                     "), where SQLite's locks do not hold and several workers would damage the file; name a file on a "
                     "local disk with --database PATH. (If only one machine ever opens it, setting "
                     "STEEPEST_ALLOW_NETWORK_DATABASE=1 lifts this.)");
  }
  if (make && path.has_parent_path()) {
    fs::create_directories(path.parent_path(), failed);
    if (failed) { throw InputError(file + "its folder cannot be created (" + failed.message() + "); name another with --database PATH"); }
  }
}

/// Returns the version of a file of ours; 0 for one without tables.
int refuse_foreign(Connection& connection) {
  const std::string file = "database " + connection.path.string() + ": ";
  // One snapshot: another process may be creating the tables at this moment.
  connection.database.exec("BEGIN");
  const bool ours = is_ours(connection.database);
  const int version = schema_version(connection.database);
  connection.database.exec("COMMIT");
  if (!ours) {
    throw InputError(file + "this is another program's SQLite database, left as it was; name another file with --database PATH");
  }
  if (version > kSchemaVersion) {
    throw InputError(file + "its schema is version " + std::to_string(version) + ", and this steepest knows versions up to " +
                     std::to_string(kSchemaVersion) +
                     ". The file was left as it was: use a newer steepest, or another file with --database PATH");
  }
  return version;
}

/// Whoever reads, and a worker, finds the tables that it knows or leaves the file alone.
void refuse_older(const fs::path& path, int version) {
  if (version == kSchemaVersion) return;
  const std::string file = "database " + path.string() + ": ";
  if (version == 0) throw InputError(file + "there are no tables in it yet; `steepest run STUDY` makes them");
  throw InputError(file + "its schema is version " + std::to_string(version) + ", and this steepest reads version " +
                   std::to_string(kSchemaVersion) + "; `steepest upgrade` brings the file up to it");
}

/// An upgrade takes tables and indexes from under the programs that use them.
void refuse_under_work(Connection& connection, int version) {
  const std::string workers = at_work(connection.database, version);
  if (workers.empty()) return;
  throw InputError("database " + connection.path.string() + ": its schema is version " + std::to_string(version) +
                   ", and it cannot be upgraded to version " + std::to_string(kSchemaVersion) + " now: " + workers +
                   ". Wait until that has ended, or stop it with Ctrl-C, and repeat the command");
}

/// Setting WAL mode does not wait for other processes by itself (SQLite would risk a deadlock), so wait here.
void set_wal(SQLite::Database& database) {
  using Clock = std::chrono::steady_clock;
  const auto deadline = Clock::now() + kPatience;
  for (;;) {
    try {
      if (database.execAndGet("PRAGMA journal_mode = WAL").getString() == "wal") return;
      throw SQLite::Exception("WAL mode is not available here", SQLITE_IOERR);
    } catch (const SQLite::Exception& error) {
      if ((error.getErrorCode() & 0xff) != SQLITE_BUSY || Clock::now() > deadline) throw;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

std::unique_ptr<Connection> open_read_write(const fs::path& path, Access access, const Renewal& renewal) {
  const bool upgrade = access == Access::upgrade;
  auto connection = std::make_unique<Connection>(path, SQLITE_OPEN_READWRITE | (upgrade ? SQLITE_OPEN_CREATE : 0));
  SQLite::Database& database = connection->database;
  const int version = refuse_foreign(*connection);  // before anything is written
  if (!upgrade) refuse_older(path, version);
  if (sqlite3_db_readonly(database.getHandle(), "main") == 1) throw SQLite::Exception("write-protected file", SQLITE_READONLY);
  set_wal(database);
  database.exec("PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY");
  if (upgrade)
    bring_up_to(
        database, schema(), [&](int present) { refuse_under_work(*connection, present); }, renewal);
  return connection;
}

/// With the version of the schema, which is not looked at further.
std::pair<std::unique_ptr<Connection>, int> open_for_reading(const fs::path& path) {
  const auto opened = [&](const char* query) {
    auto connection = std::make_unique<Connection>(path, SQLITE_OPEN_READONLY, query);
    const int version = refuse_foreign(*connection);
    return std::pair(std::move(connection), version);
  };
  try {
    return opened("");
  } catch (const SQLite::Exception& error) {
    // In a folder where the -shm file cannot be made, a WAL file with nothing in its log can still be read as it is.
    std::error_code ignored;
    const fs::path log = path.string() + "-wal";
    const int code = error.getErrorCode() & 0xff;
    if ((code != SQLITE_CANTOPEN && code != SQLITE_READONLY) || access(path.c_str(), R_OK) != 0 ||
        (fs::exists(log, ignored) && fs::file_size(log, ignored) > 0)) {
      throw;
    }
    return opened("?immutable=1");
  }
}

/// Runs `body`, with SQLite's exceptions explained.
template <class Body>
auto explaining(const fs::path& path, Body&& body) {
  try {
    return body();
  } catch (const SQLite::Exception& error) { throw_explained(error, path); }
}

}  // namespace

ReadOnlyFile::ReadOnlyFile(const fs::path& path) {
  refuse_impossible(path, false);
  explaining(path, [&] {
    int version = 0;
    std::tie(connection_, version) = open_for_reading(path);
    refuse_older(path, version);
  });
}

ReadOnlyFile::~ReadOnlyFile() = default;
ReadOnlyFile::ReadOnlyFile(ReadOnlyFile&&) noexcept = default;

WritableFile::WritableFile(const fs::path& path, Access access, const Renewal& renewal) {
  refuse_impossible(path, access == Access::upgrade);
  explaining(path, [&] { connection_ = open_read_write(path, access, renewal); });
}

WritableFile::~WritableFile() = default;
WritableFile::WritableFile(WritableFile&&) noexcept = default;

int schema_of(const fs::path& path) {
  refuse_impossible(path, false);
  return explaining(path, [&] { return open_for_reading(path).second; });
}

}  // namespace steepest::store
