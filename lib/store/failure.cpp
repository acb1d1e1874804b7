// failure.cpp: SQLite's result codes as messages for a reader.
#include "store/failure.h"

#include <sqlite3.h>

#include "store/patience.h"

namespace steepest::store {

options::InputError explained(const SQLite::Exception& error, const std::filesystem::path& path) {
  const std::string file = "database " + path.string() + ": ";
  const std::string quoted = " (SQLite: " + std::string(error.what()) + ")";
  const auto say = [&](const std::string& text) { return options::InputError(file + text + quoted); };
  if (error.getExtendedErrorCode() == SQLITE_READONLY_DBMOVED || error.getErrorCode() == SQLITE_READONLY_DBMOVED) {
    return say("the file was deleted or moved while it was in use; start again, finished runs that it held are planned anew");
  }
  switch (error.getErrorCode() & 0xff) {
    case SQLITE_NOTADB: return say("the file is not a SQLite database; name another with --database PATH");
    case SQLITE_CORRUPT:
      return say(
          "the file is damaged; move it away and start again, or save what can be read with "
          "`sqlite3 FILE .recover | sqlite3 NEW_FILE`");
    case SQLITE_FULL: return say("the disk is full; nothing of this step was written. Free some space, then the same command continues");
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH: return say("the file or its folder is read-only; make both writable, or name another file with --database PATH");
    case SQLITE_CANTOPEN:
      return say(
          "the file cannot be opened or created; check that its folder exists and that you may write there, "
          "or name another with --database PATH");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return say(
          "another program keeps the file locked; close it (an open transaction in a sqlite3 shell, for example) "
          "and repeat the command");
    case SQLITE_IOERR:
      return say("reading or writing failed; check the disk (full, over quota, or failing), then the same command continues");
    case SQLITE_NOMEM: return say("out of memory");
    case SQLITE_TOOBIG: return say("a value is too large to be stored");
    default: return say("an operation failed");
  }
}

void throw_explained(const SQLite::Exception& error, const std::filesystem::path& path) {
  const int code = error.getErrorCode() & 0xff;
  const options::InputError explanation = explained(error, path);
  if (code == SQLITE_BUSY || code == SQLITE_LOCKED) throw BusyError(explanation);
  throw explanation;
}

}  // namespace steepest::store
