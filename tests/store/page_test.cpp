// page_test.cpp: docs/database.md names every column, and its queries work.
#include "support.h"

namespace steepest::store::testing {
namespace {

const std::string& page() {
  static const std::string text = contents(fs::path(STEEPEST_SOURCE_DIR) / "docs/database.md");
  return text;
}

/// From "### `name`" to the next heading.
std::string section(const std::string& name) {
  const auto start = page().find("### `" + name + "`");
  if (start == std::string::npos) return "";
  return page().substr(start, page().find("\n#", start) - start);
}

TEST(Page, NamesEveryColumnOfEveryTableInItsSection) {
  Folder folder;
  WholeFile database(folder / "a.db");
  const auto tables =
      database.reader.query("SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite%'").rows;
  ASSERT_GE(tables.size(), 11u);
  for (const auto& table : tables) {
    const std::string text = section(table[0]);
    ASSERT_NE(text, "") << table[0];
    for (const auto& column : database.reader.query("SELECT name FROM pragma_table_info('" + table[0] + "')").rows) {
      const bool time = table[0] == "run_summary" && column[0].ends_with("_at");  // "the three times"
      EXPECT_TRUE(time || text.find("`" + column[0] + "`") != std::string::npos) << table[0] << '.' << column[0];
    }
  }
}

TEST(Page, ItsVersionIsTheOneOfTheCode) {
  EXPECT_NE(page().find("Schema version: **" + std::to_string(kSchemaVersion) + "**"), std::string::npos);
}

TEST(Page, ItsQueriesWork) {
  Folder folder;
  WholeFile database(folder / "a.db");
  const std::string open = "```sql\n";
  int count = 0;
  for (auto at = page().find(open); at != std::string::npos; at = page().find(open, at + 1), ++count) {
    const auto start = at + open.size();
    const std::string sql = page().substr(start, page().find("```", start) - start);
    if (sql.find("->>") != std::string::npos && number(database, "SELECT sqlite_version() < '3.38'") == 1) continue;
    EXPECT_NO_THROW(database.reader.query(sql)) << sql;
  }
  EXPECT_GE(count, 6);
}

}  // namespace
}  // namespace steepest::store::testing
