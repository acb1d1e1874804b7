// open.cpp: opening, creating and upgrading the file, and refusing what cannot work.
#include <sqlite3.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <thread>

#include "store/connection.h"
#include "store/schema.h"

namespace steepest::store {
namespace {

namespace fs = std::filesystem;
using options::InputError;

constexpr int kOldestSqlite = 3037000;  // STRICT tables

void refuse_impossible(const fs::path& path, Access access) {
  const std::string file = "database " + path.string() + ": ";
  if (sqlite3_libversion_number() < kOldestSqlite) {
    throw InputError(file + "needs SQLite 3.37 or newer; the installed library is " + sqlite3_libversion());
  }
  std::error_code failed;
  if (path.empty()) throw InputError("the database's name is empty; give a file with --database PATH");
  if (fs::is_directory(path, failed)) {
    throw InputError(file + "this is a folder; name a file in it with --database PATH");
  }
  if (fs::exists(path, failed) && !fs::is_regular_file(path, failed)) throw InputError(file + "this is not a regular file");
  if (access == Access::read_only && !fs::exists(path, failed)) {
    throw InputError(file + "there is no such file yet; `steepest run STUDY` makes it, `--database PATH` names another");
  }
  const auto network = network_file_system(path);
  if (network && std::getenv("STEEPEST_ALLOW_NETWORK_DATABASE") == nullptr) {
    throw InputError(file + "it would lie on a network file system (" + *network +
                     "), where SQLite's locks do not hold and several workers would damage the file; name a file on a "
                     "local disk with --database PATH. (If only one machine ever opens it, setting "
                     "STEEPEST_ALLOW_NETWORK_DATABASE=1 lifts this.)");
  }
  if (access == Access::read_write && path.has_parent_path()) {
    fs::create_directories(path.parent_path(), failed);
    if (failed) {
      throw InputError(file + "its folder cannot be created (" + failed.message() + "); name another with --database PATH");
    }
  }
}

void refuse_foreign(Connection& connection) {
  const std::string file = "database " + connection.path.string() + ": ";
  // One snapshot: another process may be creating the tables at this moment.
  connection.database.exec("BEGIN");
  const bool ours = is_ours(connection.database);
  const int version = schema_version(connection.database);
  connection.database.exec("COMMIT");
  if (!ours) {
    throw InputError(file + "this is another program's SQLite database, left as it was; name another file with --database PATH");
  }
  if (version > Database::kSchemaVersion) {
    throw InputError(file + "its schema is version " + std::to_string(version) + ", and this steepest knows versions up to " +
                     std::to_string(Database::kSchemaVersion) +
                     ". The file was left as it was: use a newer steepest, or another file with --database PATH");
  }
}

/// Setting WAL mode does not wait for other processes by itself (SQLite would risk a deadlock), so wait here.
void set_wal(SQLite::Database& database) {
  using Clock = std::chrono::steady_clock;
  const auto deadline = Clock::now() + std::chrono::milliseconds(kBusyMilliseconds);
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

std::unique_ptr<Connection> open_read_write(const fs::path& path) {
  auto connection = std::make_unique<Connection>(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  SQLite::Database& database = connection->database;
  refuse_foreign(*connection);  // before anything is written
  if (sqlite3_db_readonly(database.getHandle(), "main") == 1) throw SQLite::Exception("write-protected file", SQLITE_READONLY);
  set_wal(database);
  database.exec("PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY");
  migrate(database, migrations());
  return connection;
}

std::unique_ptr<Connection> open_read_only(const fs::path& path) {
  const auto opened = [&](const char* query) {
    auto connection = std::make_unique<Connection>(path, SQLITE_OPEN_READONLY, query);
    refuse_foreign(*connection);
    return connection;
  };
  std::unique_ptr<Connection> connection;
  try {
    connection = opened("");
  } catch (const SQLite::Exception& error) {
    // In a folder where the -shm file cannot be made, a WAL file with nothing in its log can still be read as it is.
    std::error_code ignored;
    const fs::path log = path.string() + "-wal";
    const int code = error.getErrorCode() & 0xff;
    if ((code != SQLITE_CANTOPEN && code != SQLITE_READONLY) || access(path.c_str(), R_OK) != 0 ||
        (fs::exists(log, ignored) && fs::file_size(log, ignored) > 0)) {
      throw;
    }
    connection = opened("?immutable=1");
  }
  if (schema_version(connection->database) < Database::kSchemaVersion) {
    connection.reset();
    open_read_write(path);  // upgrades
    connection = opened("");
  }
  return connection;
}

}  // namespace

Database::Database(const fs::path& path, Access access) {
  refuse_impossible(path, access);
  try {
    connection_ = access == Access::read_write ? open_read_write(path) : open_read_only(path);
  } catch (const SQLite::Exception& error) {
    throw_explained(error, path);
  }
}

Database::~Database() = default;
Database::Database(Database&&) noexcept = default;

void Database::set_patience(std::chrono::milliseconds patience) {
  connection_->patience = static_cast<int>(patience.count());
  connection_->database.setBusyTimeout(connection_->patience);
}

bool Database::can_write() {
  connection_->database.setBusyTimeout(200);
  bool can = true;
  try {
    connection_->write([] {});
  } catch (const BusyError&) {
    can = false;
  }
  connection_->database.setBusyTimeout(connection_->patience);
  return can;
}

void Database::transaction(const std::function<void()>& body) { connection_->write(body); }

}  // namespace steepest::store
