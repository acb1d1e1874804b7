// failure_test.cpp: SQLite's result codes become messages with the file's name and a way out.
#include "store/failure.h"

#include <sqlite3.h>

#include "support.h"

namespace steepest::store::testing {
namespace {

struct Case {
  int code;
  const char* way_out;
};

class Failure : public ::testing::TestWithParam<Case> {};

TEST_P(Failure, NamesFileAndWayOutAndQuotesSqlite) {
  const std::string message = explained(SQLite::Exception("its own words", GetParam().code), "results/a.db").what();
  EXPECT_NE(message.find("results/a.db"), std::string::npos) << message;
  EXPECT_NE(message.find("its own words"), std::string::npos) << message;
  EXPECT_NE(message.find(GetParam().way_out), std::string::npos) << message;
}

INSTANTIATE_TEST_SUITE_P(Codes, Failure,
                         ::testing::Values(Case{SQLITE_NOTADB, "--database"}, Case{SQLITE_CORRUPT, ".recover"},
                                           Case{SQLITE_FULL, "Free some space"}, Case{SQLITE_READONLY, "make both writable"},
                                           Case{SQLITE_READONLY_DBMOVED, "deleted or moved"}, Case{SQLITE_CANTOPEN, "folder exists"},
                                           Case{SQLITE_CANTOPEN_ISDIR, "folder exists"}, Case{SQLITE_BUSY, "close it"},
                                           Case{SQLITE_BUSY_SNAPSHOT, "close it"}, Case{SQLITE_LOCKED, "close it"},
                                           Case{SQLITE_IOERR_WRITE, "check the disk"}, Case{SQLITE_NOMEM, "memory"}));

}  // namespace
}  // namespace steepest::store::testing
