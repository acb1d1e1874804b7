// query.cpp: the user's own SQL, on a connection of its own that can only read.
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

#include "store/cell_text.h"
#include "store/connection.h"
#include "store/json_number.h"
#include "store/reader.h"

namespace steepest::store {
namespace {

using options::InputError;

constexpr std::array kReadablePragmas = {"table_info",      "table_xinfo",      "table_list",        "index_list",
                                         "index_info",      "foreign_key_list", "foreign_key_check", "database_list",
                                         "compile_options", "integrity_check",  "quick_check"};

bool may_read(int action, const char* first, const char* second) {
  switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_RECURSIVE: return true;
    case SQLITE_FUNCTION: return !second || sqlite3_stricmp(second, "load_extension") != 0;
    case SQLITE_PRAGMA: {
      const auto same = [&](const char* name) { return first && sqlite3_stricmp(first, name) == 0; };
      if (same("user_version")) return second == nullptr;
      return std::any_of(kReadablePragmas.begin(), kReadablePragmas.end(), same);
    }
    case SQLITE_UPDATE:
      // Asked for when a table-valued function (json_each, pragma_table_info) is first met; the file itself is open read-only.
      return first && std::strcmp(first, "sqlite_master") == 0;
    default: return false;
  }
}

/// Reading only: no ATTACH, no writing PRAGMA, no temporary tables, no loading of extensions. Notes that it refused, since
/// SQLite's result code does not always say so.
int authorize(void* refused, int action, const char* first, const char* second, const char*, const char*) {
  if (may_read(action, first, second)) return SQLITE_OK;
  *static_cast<bool*>(refused) = true;
  return SQLITE_DENY;
}

std::vector<std::string> names(SQLite::Database& database, const char* sql) {
  std::vector<std::string> result;
  SQLite::Statement row(database, sql);
  while (row.executeStep()) result.push_back(row.getColumn(0).getString());
  return result;
}

/// The user's SQL is wrong: SQLite's own words, quoted, with the names that exist.
InputError wrong_sql(SQLite::Database& database, const std::string& message) {
  InputError::Parts parts;
  parts.problem = "the query does not work: SQLite says \"" + message + "\"";
  const auto tables =
      names(database, "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite%' ORDER BY name");
  for (const std::string& table : tables) parts.valid += (parts.valid.empty() ? "tables and views: " : ", ") + table;
  const auto after = [&](const char* prefix) -> std::optional<std::string> {
    const std::size_t at = message.find(prefix);
    if (at == std::string::npos) return std::nullopt;
    const std::string name = message.substr(at + std::strlen(prefix));
    const std::size_t dot = name.rfind('.');
    return dot == std::string::npos ? name : name.substr(dot + 1);
  };
  if (const auto table = after("no such table: ")) parts.nearest = options::nearest_name(*table, tables);
  if (const auto column = after("no such column: ")) {
    parts.nearest =
        options::nearest_name(*column, names(database,
                                             "SELECT DISTINCT info.name FROM sqlite_master AS part, pragma_table_info(part.name) AS info "
                                             "WHERE part.type IN ('table', 'view') ORDER BY 1"));
  }
  return InputError(std::move(parts));
}

bool only_blank(SQLite::Database& database, const char* tail) {
  sqlite3_stmt* more = nullptr;
  const int code = sqlite3_prepare_v2(database.getHandle(), tail, -1, &more, nullptr);
  const bool blank = code == SQLITE_OK && more == nullptr;
  sqlite3_finalize(more);
  return blank;
}

nlohmann::json value_of(sqlite3_stmt* row, int column) {
  switch (sqlite3_column_type(row, column)) {
    case SQLITE_NULL: return nullptr;
    case SQLITE_INTEGER: return sqlite3_column_int64(row, column);
    case SQLITE_FLOAT: return json_number(sqlite3_column_double(row, column));
    default: return std::string(text_of(row, column));
  }
}

/// `take` adds the row that a statement stands at, of so many columns, to the answer.
template <class Answer, class Take>
Answer run_query(SQLite::Database& database, const std::string& sql, const Take& take) {
  bool refused = false;
  sqlite3_set_authorizer(database.getHandle(), authorize, &refused);
  sqlite3_stmt* raw = nullptr;
  const char* tail = nullptr;
  const int code = sqlite3_prepare_v2(database.getHandle(), sql.c_str(), -1, &raw, &tail);
  const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> statement(raw, sqlite3_finalize);
  const auto failed = [&](int result) {
    const std::string message = sqlite3_errmsg(database.getHandle());
    sqlite3_set_authorizer(database.getHandle(), nullptr, nullptr);
    if (refused || (result & 0xff) == SQLITE_READONLY) {
      throw InputError("the query would change the database or open another; only reading is possible here (SQLite: " + message + ")");
    }
    if ((result & 0xff) == SQLITE_ERROR) throw wrong_sql(database, message);
    throw SQLite::Exception(message, result);
  };
  if (code != SQLITE_OK) failed(code);
  if (!raw) throw InputError("the query is empty; for example: select * from run_summary");
  if (!only_blank(database, tail)) throw InputError("the query holds more than one statement; give one at a time");

  Answer answer;
  const int width = sqlite3_column_count(raw);
  for (int column = 0; column < width; ++column) answer.columns.push_back(sqlite3_column_name(raw, column));
  for (;;) {
    const int result = sqlite3_step(raw);
    if (result == SQLITE_DONE) return answer;
    if (result != SQLITE_ROW) failed(result);
    take(answer, raw, width);
  }
}

template <class Answer, class Take>
Answer query_apart(const Connection& connection, const std::string& sql, const Take& take) {
  return connection.guarded([&] {
    const std::unique_ptr<Connection> reader = connection.reader();
    reader->database.exec("PRAGMA query_only = ON");
    return run_query<Answer>(reader->database, sql, take);
  });
}

}  // namespace

Table Reader::query(const std::string& sql) const {
  return query_apart<Table>(connection(), sql, [](Table& table, sqlite3_stmt* row, int width) {
    auto& texts = table.rows.emplace_back();
    texts.reserve(static_cast<std::size_t>(width));
    for (int column = 0; column < width; ++column) texts.emplace_back(text_of(row, column));
  });
}

Texts Reader::query_texts(const std::string& sql) const {
  const auto known = std::make_unique<NumberTexts>();
  return query_apart<Texts>(connection(), sql, [&](Texts& texts, sqlite3_stmt* row, int width) {
    if (texts.ends.empty()) {  // room for ten thousand runs at once: what is not needed is never touched
      texts.text.reserve(std::size_t{1} << 23);
      texts.ends.reserve(std::size_t{1} << 19);
    }
    for (int column = 0; column < width; ++column) texts.add(known->text(row, column));
  });
}

Values Reader::query_values(const std::string& sql) const {
  return query_apart<Values>(connection(), sql, [](Values& values, sqlite3_stmt* row, int width) {
    auto& cells = values.rows.emplace_back();
    cells.reserve(static_cast<std::size_t>(width));
    for (int column = 0; column < width; ++column) cells.push_back(value_of(row, column));
  });
}

}  // namespace steepest::store
