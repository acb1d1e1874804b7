// connection.cpp: statements and transactions of one connection.
#include "store/connection.h"

#include <sqlite3.h>

namespace steepest::store {
namespace {

/// The file as a URI: there ?, # and % have a meaning.
std::string uri(const std::filesystem::path& path, const std::string& query) {
  std::string text = "file:";
  for (char letter : std::filesystem::absolute(path).string()) {
    if (letter == '?') text += "%3f";
    else if (letter == '#') text += "%23";
    else if (letter == '%') text += "%25";
    else text += letter;
  }
  return text + query;
}

}  // namespace

Connection::Connection(std::filesystem::path file, int flags, std::string query)
    : path(std::move(file)),
      // No two threads share a connection, so it needs no locks of its own.
      database(uri(path, query), flags | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, static_cast<int>(kPatience.count())),
      query_(std::move(query)) {}

std::unique_ptr<Connection> Connection::reader() const { return std::make_unique<Connection>(path, SQLITE_OPEN_READONLY, query_); }

void Connection::set_patience(std::chrono::milliseconds patience) const {
  patience_ = patience;
  database.setBusyTimeout(static_cast<int>(patience.count()));
}

Loan Connection::prepare(const char* sql) const {
  std::unique_ptr<SQLite::Statement>& statement = statements_[sql];
  if (!statement) statement = std::make_unique<SQLite::Statement>(database, sql);
  return Loan(*statement);
}

Connection::Scope::Scope(Connection& connection) : connection_(connection) {
  // A deleted file would go on taking writes that nobody can ever read.
  int moved = 0;
  if (sqlite3_file_control(connection.database.getHandle(), "main", SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK && moved) {
    throw SQLite::Exception("the file is gone", SQLITE_READONLY_DBMOVED);
  }
  // Immediate: the lock is waited for here, where the busy timeout holds, never in the middle of the transaction.
  connection.prepare("BEGIN IMMEDIATE").exec();
  ++connection.depth_;
}

void Connection::Scope::commit() {
  connection_.prepare("COMMIT").exec();
  done_ = true;
  --connection_.depth_;
}

Connection::Scope::~Scope() {
  if (done_) return;
  --connection_.depth_;
  // A full disk may have rolled back already.
  if (sqlite3_get_autocommit(connection_.database.getHandle()) == 0) connection_.database.tryExec("ROLLBACK");
}

}  // namespace steepest::store
