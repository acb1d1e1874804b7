// open_test.cpp: files that cannot work are refused in one message that names the way out; nothing is half-written.
#include "support.h"

#include <SQLiteCpp/SQLiteCpp.h>

namespace steepest::store::testing {
namespace {

using ::testing::Test;

void expect_says(const std::string& message, std::initializer_list<std::string> parts) {
  for (const std::string& part : parts) EXPECT_NE(message.find(part), std::string::npos) << part << " is not in: " << message;
}

TEST(Open, MakesTheFileAndItsFolders) {
  Folder folder;
  { Database database(folder / "some/deep/place #1 100%?.db"); }
  EXPECT_TRUE(fs::is_regular_file(folder / "some/deep/place #1 100%?.db"));
  EXPECT_FALSE(fs::exists(folder / "some/deep/place #1 100%?.db-wal")) << "closed cleanly, the log is gone";
}

TEST(Open, UsesWalAndForeignKeys) {
  Folder folder;
  Database database(folder / "a.db");
  plan(database, 1);
  EXPECT_EQ(SQLite::Database((folder / "a.db").string()).execAndGet("PRAGMA journal_mode").getString(), "wal");
  expect_says(message_of([&] { database.tie(1, 4711, "quick", {}, 0); }), {"FOREIGN KEY", "a.db"});
}

TEST(Open, ReadOnlyOfAMissingFileNamesTheCommandThatMakesIt) {
  Folder folder;
  expect_says(message_of([&] { Database database(folder / "sub/a.db", Access::read_only); }),
              {"a.db", "steepest run STUDY", "--database"});
  EXPECT_TRUE(fs::is_empty(folder.path()));
}

TEST(Open, AFileWithoutTablesIsFilledByNobodyWhoReads) {
  Folder folder;
  std::ofstream(folder / "a.db").close();
  for (const Access access : {Access::read_only, Access::read_write}) {
    expect_says(message_of([&] { Database database(folder / "a.db", access); }), {"a.db", "no tables", "steepest run STUDY"});
    expect_says(message_of([&] { Database database(folder / "missing.db", access); }), {"missing.db", "no such file"});
  }
  EXPECT_EQ(fs::file_size(folder / "a.db"), 0u);
  EXPECT_FALSE(fs::exists(folder / "missing.db"));
}

TEST(Open, AFolderIsNotAFile) {
  Folder folder;
  for (const Access access : {Access::read_only, Access::read_write}) {
    expect_says(message_of([&] { Database database(folder.path(), access); }), {"folder", "--database PATH"});
  }
  EXPECT_TRUE(fs::is_empty(folder.path()));
}

TEST(Open, AFileInPlaceOfAParentFolder) {
  Folder folder;
  std::ofstream(folder / "file") << "x";
  expect_says(message_of([&] { Database database(folder / "file/a.db"); }), {"a.db", "--database"});
}

TEST(Open, NotADatabaseIsLeftAsItIs) {
  Folder folder;
  const std::string junk(5000, 'j');
  std::ofstream(folder / "a.db") << junk;
  for (const Access access : {Access::read_only, Access::read_write}) {
    expect_says(message_of([&] { Database database(folder / "a.db", access); }), {"a.db", "not a SQLite database", "--database"});
  }
  EXPECT_EQ(contents(folder / "a.db"), junk);
}

TEST(Open, ADamagedFileIsNamedAsSuch) {
  Folder folder;
  {
    Database database(folder / "a.db");
    plan(database, 50);
  }
  std::string bytes = contents(folder / "a.db");
  ASSERT_GT(bytes.size(), 20000u);
  std::fill(bytes.begin() + 4096, bytes.end(), '\x5a');  // the header stays, every other page is nonsense
  std::ofstream(folder / "a.db", std::ios::binary) << bytes;
  expect_says(message_of([&] {
                Database database(folder / "a.db");
                database.study_names();
              }),
              {"a.db", "damaged", ".recover"});
}

TEST(Open, ATruncatedFileIsNamedAsSuch) {
  Folder folder;
  {
    Database database(folder / "a.db");
    plan(database, 50);
  }
  fs::resize_file(folder / "a.db", 9000);
  expect_says(message_of([&] {
                Database database(folder / "a.db");
                database.put_run(new_run(1000));
              }),
              {"a.db", "damaged"});
}

TEST(Open, AWriteProtectedFileIsRefusedForWritingAndReadForReading) {
  Folder folder;
  {
    Database database(folder / "a.db");
    plan(database, 2);
  }
  chmod((folder / "a.db").c_str(), 0444);
  const std::string before = contents(folder / "a.db");
  expect_says(message_as_plain_user([&] { Database database(folder / "a.db"); }), {"a.db", "read-only", "--database"});
  EXPECT_EQ(contents(folder / "a.db"), before);
}

TEST(Open, AWriteProtectedFolderIsRefusedForWriting) {
  Folder folder;
  fs::create_directory(folder / "sub");
  chmod((folder / "sub").c_str(), 0555);
  expect_says(message_as_plain_user([&] { Database database(folder / "sub/a.db"); }), {"a.db", "may write there", "--database"});
  expect_says(message_as_plain_user([&] { Database database(folder / "sub/more/a.db"); }), {"a.db", "folder", "--database"});
  EXPECT_TRUE(fs::is_empty(folder / "sub"));
}

TEST(Open, AFileInAWriteProtectedFolderCanStillBeRead) {
  Folder folder;
  fs::create_directory(folder / "sub");
  {
    Database database(folder / "sub/a.db");
    plan(database, 2);
  }
  chmod((folder / "sub/a.db").c_str(), 0444);
  chmod((folder / "sub").c_str(), 0555);
  const std::string message = message_as_plain_user([&] {
    Database database(folder / "sub/a.db", Access::read_only);
    const auto study = database.study_id("transfer");
    // Tells what it read by the only way out of the child: an InputError.
    throw options::InputError(std::to_string(database.runs(*study, "quick").size()) + database.query("SELECT 5").rows[0][0]);
  });
  EXPECT_EQ(message, "25");
  chmod((folder / "sub").c_str(), 0755);
}

TEST(Open, WhereNothingCanBeWrittenAtAll) {
  expect_says(message_of([] { Database database("/proc/steepest.db"); }), {"/proc/steepest.db", "--database"});
}

TEST(Open, AFileThatIsDeletedWhileOpenIsNoticed) {
  Folder folder;
  Database database(folder / "a.db");
  plan(database, 1);
  fs::remove(folder / "a.db");
  expect_says(message_of([&] { database.put_run(new_run(9)); }), {"a.db", "deleted or moved"});
}

TEST(Open, ManyWritersWaitForEachOtherInsteadOfFailing) {
  Folder folder;
  constexpr int kWriters = 6, kEach = 60;
  { Database database(folder / "a.db"); }
  std::vector<pid_t> children;
  for (int writer = 0; writer < kWriters; ++writer) {
    children.push_back(start_child([&, writer] {
      for (int i = 0; i < kEach; ++i) {
        Database database(folder / "a.db");  // opening and closing is where WAL needs the whole file for itself
        database.event(std::nullopt, "test", std::to_string(writer * kEach + i));
      }
      return 0;
    }));
  }
  for (pid_t child : children) EXPECT_EQ(exit_status(child), 0);
  EXPECT_EQ(number(Database(folder / "a.db", Access::read_only), "SELECT count(DISTINCT message) FROM event"), kWriters * kEach);
}

TEST(Open, AReaderSeesOldRowsWhileAWriterIsInItsTransaction) {
  Folder folder;
  Database writer(folder / "a.db");
  plan(writer, 2);
  Database reader(folder / "a.db", Access::read_only);
  writer.transaction([&] {
    writer.put_run(new_run(10));
    EXPECT_EQ(number(reader, "SELECT count(*) FROM run"), 2);
    EXPECT_EQ(reader.runs(1, "quick").size(), 2u);
  });
  EXPECT_EQ(number(reader, "SELECT count(*) FROM run"), 3);
}

}  // namespace
}  // namespace steepest::store::testing
