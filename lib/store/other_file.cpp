// other_file.cpp: see other_file.h.
#include "store/other_file.h"

#include <SQLiteCpp/Backup.h>
#include <sqlite3.h>
#include <stdlib.h>

#include "store/connection.h"
#include "store/schema.h"

namespace steepest::store {
namespace {

namespace fs = std::filesystem;

/// For looking at the version and copying. Where the -shm file cannot be made, a file with nothing in its log is read as it is.
std::unique_ptr<Connection> only_reading(const fs::path& path) {
  auto connection = std::make_unique<Connection>(path, SQLITE_OPEN_READONLY);
  try {
    schema_version(connection->database);
    return connection;
  } catch (const SQLite::Exception&) {
    std::error_code ignored;
    const fs::path log = path.string() + "-wal";
    if (fs::exists(log, ignored) && fs::file_size(log, ignored) > 0) throw;
    return std::make_unique<Connection>(path, SQLITE_OPEN_READONLY, "?immutable=1");
  }
}

fs::path temporary_folder() {
  std::string name = (fs::temp_directory_path() / "steepest_copy_XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr)
    throw options::InputError("no folder for a temporary copy can be made in " + fs::temp_directory_path().string());
  return name;
}

}  // namespace

OtherFile::OtherFile(const fs::path& path, const Renewal& renewal) {
  std::error_code ignored;
  if (!fs::is_regular_file(path, ignored)) {
    file_.emplace(path);  // throws, with the reason
    return;
  }
  try {
    const auto connection = only_reading(path);
    const int version = schema_version(connection->database);
    if (is_ours(connection->database) && version > 0 && version < kSchemaVersion) {
      folder_ = temporary_folder();
      SQLite::Database copy((folder_ / "copy.db").string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
      SQLite::Backup(copy, connection->database).executeStep();
      bring_up_to(copy, schema(), {}, renewal);  // whoever is at work on the file is not at work on the copy
    }
  } catch (const SQLite::Exception& error) {
    fs::remove_all(folder_, ignored);
    throw explained(error, path);
  }
  try {
    file_.emplace(folder_.empty() ? path : folder_ / "copy.db");
  } catch (...) {
    fs::remove_all(folder_, ignored);
    throw;
  }
}

OtherFile::~OtherFile() {
  file_.reset();
  std::error_code ignored;
  if (!folder_.empty()) fs::remove_all(folder_, ignored);
}

}  // namespace steepest::store
