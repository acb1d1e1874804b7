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
  { WholeFile database(folder / "some/deep/place #1 100%?.db"); }
  EXPECT_TRUE(fs::is_regular_file(folder / "some/deep/place #1 100%?.db"));
  EXPECT_FALSE(fs::exists(folder / "some/deep/place #1 100%?.db-wal")) << "closed cleanly, the log is gone";
}

TEST(Open, UsesWalAndForeignKeys) {
  Folder folder;
  WholeFile database(folder / "a.db");
  plan(database, 1);
  EXPECT_EQ(SQLite::Database((folder / "a.db").string()).execAndGet("PRAGMA journal_mode").getString(), "wal");
  expect_says(message_of([&] { database.planner.tie(1, 4711, "quick", {}, 0); }), {"FOREIGN KEY", "a.db"});
}

template <class File>
concept GivesKeysThatWrite = requires(File file) {
  file.planner();
}
|| requires(File file) { file.queue(); }
|| requires(File file) { file.recorder(); }
|| requires(File file) { file.remover(); };
static_assert(GivesKeysThatWrite<WritableFile> && !GivesKeysThatWrite<const WritableFile>);
static_assert(!GivesKeysThatWrite<ReadOnlyFile>, "a file that is only read has no other key");

/// No key can be made of one that may do less, or something else.
template <class Key, class... Others>
constexpr bool kMadeOfNone = (!std::is_constructible_v<Key, Others> && ...) && !std::is_constructible_v<Key, const Connection&>;
static_assert(kMadeOfNone<Planner, Reader, Queue, Recorder, Remover> && kMadeOfNone<Queue, Reader, Planner, Recorder, Remover> &&
              kMadeOfNone<Recorder, Reader, Planner, Queue, Remover> && kMadeOfNone<Remover, Reader, Planner, Queue, Recorder>);

TEST(Open, ReadOnlyOfAMissingFileNamesTheCommandThatMakesIt) {
  Folder folder;
  expect_says(message_of([&] { ReadOnlyFile file(folder / "sub/a.db"); }), {"a.db", "steepest run STUDY", "--database"});
  EXPECT_TRUE(fs::is_empty(folder.path()));
}

TEST(Open, AFileWithoutTablesIsFilledByNobodyWhoReads) {
  Folder folder;
  std::ofstream(folder / "a.db").close();
  for (const bool to_write : {false, true}) {
    expect_says(message_of([&] { open_as_it_is(folder / "a.db", to_write); }), {"a.db", "no tables", "steepest run STUDY"});
    expect_says(message_of([&] { open_as_it_is(folder / "missing.db", to_write); }), {"missing.db", "no such file"});
  }
  EXPECT_EQ(fs::file_size(folder / "a.db"), 0u);
  EXPECT_FALSE(fs::exists(folder / "missing.db"));
}

TEST(Open, AFolderIsNotAFile) {
  Folder folder;
  for (const bool to_write : {false, true}) {
    expect_says(message_of([&] { open_as_it_is(folder.path(), to_write); }), {"folder", "--database PATH"});
  }
  EXPECT_TRUE(fs::is_empty(folder.path()));
}

TEST(Open, AFileInPlaceOfAParentFolder) {
  Folder folder;
  std::ofstream(folder / "file") << "x";
  expect_says(message_of([&] { WholeFile database(folder / "file/a.db"); }), {"a.db", "--database"});
}

TEST(Open, NotADatabaseIsLeftAsItIs) {
  Folder folder;
  const std::string junk(5000, 'j');
  std::ofstream(folder / "a.db") << junk;
  for (const bool to_write : {false, true}) {
    expect_says(message_of([&] { open_as_it_is(folder / "a.db", to_write); }), {"a.db", "not a SQLite database", "--database"});
  }
  EXPECT_EQ(contents(folder / "a.db"), junk);
}

TEST(Open, ADamagedFileIsNamedAsSuch) {
  Folder folder;
  {
    WholeFile database(folder / "a.db");
    plan(database, 50);
  }
  std::string bytes = contents(folder / "a.db");
  ASSERT_GT(bytes.size(), 20000u);
  std::fill(bytes.begin() + 4096, bytes.end(), '\x5a');  // the header stays, every other page is nonsense
  std::ofstream(folder / "a.db", std::ios::binary) << bytes;
  expect_says(message_of([&] {
                WholeFile database(folder / "a.db");
                database.reader.study_names();
              }),
              {"a.db", "damaged", ".recover"});
}

TEST(Open, ATruncatedFileIsNamedAsSuch) {
  Folder folder;
  {
    WholeFile database(folder / "a.db");
    plan(database, 50);
  }
  fs::resize_file(folder / "a.db", 9000);
  expect_says(message_of([&] {
                WholeFile database(folder / "a.db");
                database.planner.put_run(new_run(1000));
              }),
              {"a.db", "damaged"});
}

TEST(Open, AWriteProtectedFileIsRefusedForWritingAndReadForReading) {
  Folder folder;
  {
    WholeFile database(folder / "a.db");
    plan(database, 2);
  }
  chmod((folder / "a.db").c_str(), 0444);
  const std::string before = contents(folder / "a.db");
  expect_says(message_as_plain_user([&] { WholeFile database(folder / "a.db"); }), {"a.db", "read-only", "--database"});
  EXPECT_EQ(contents(folder / "a.db"), before);
}

TEST(Open, AWriteProtectedFolderIsRefusedForWriting) {
  Folder folder;
  fs::create_directory(folder / "sub");
  chmod((folder / "sub").c_str(), 0555);
  expect_says(message_as_plain_user([&] { WholeFile database(folder / "sub/a.db"); }), {"a.db", "may write there", "--database"});
  expect_says(message_as_plain_user([&] { WholeFile database(folder / "sub/more/a.db"); }), {"a.db", "folder", "--database"});
  EXPECT_TRUE(fs::is_empty(folder / "sub"));
}

TEST(Open, AFileInAWriteProtectedFolderCanStillBeRead) {
  Folder folder;
  fs::create_directory(folder / "sub");
  {
    WholeFile database(folder / "sub/a.db");
    plan(database, 2);
  }
  chmod((folder / "sub/a.db").c_str(), 0444);
  chmod((folder / "sub").c_str(), 0555);
  const std::string message = message_as_plain_user([&] {
    const ReadOnlyFile file(folder / "sub/a.db");
    const auto reader = file.reader();
    const auto study = reader.study_id("transfer");
    // Tells what it read by the only way out of the child: an InputError.
    throw options::InputError(std::to_string(reader.runs(*study, "quick").size()) + reader.query("SELECT 5").rows[0][0]);
  });
  EXPECT_EQ(message, "25");
  chmod((folder / "sub").c_str(), 0755);
}

TEST(Open, WhereNothingCanBeWrittenAtAll) {
  expect_says(message_of([] { WholeFile database("/proc/steepest.db"); }), {"/proc/steepest.db", "--database"});
}

TEST(Open, AFileThatIsDeletedWhileOpenIsNoticed) {
  Folder folder;
  WholeFile database(folder / "a.db");
  plan(database, 1);
  fs::remove(folder / "a.db");
  expect_says(message_of([&] { database.planner.put_run(new_run(9)); }), {"a.db", "deleted or moved"});
}

TEST(Open, ManyWritersWaitForEachOtherInsteadOfFailing) {
  Folder folder;
  constexpr int kWriters = 6, kEach = 60;
  { WholeFile database(folder / "a.db"); }
  std::vector<pid_t> children;
  for (int writer = 0; writer < kWriters; ++writer) {
    children.push_back(start_child([&, writer] {
      for (int i = 0; i < kEach; ++i) {
        WholeFile database(folder / "a.db");  // opening and closing is where WAL needs the whole file for itself
        database.recorder.event(std::nullopt, "test", std::to_string(writer * kEach + i));
      }
      return 0;
    }));
  }
  for (pid_t child : children) EXPECT_EQ(exit_status(child), 0);
  EXPECT_EQ(number(ReadOnlyFile(folder / "a.db").reader(), "SELECT count(DISTINCT message) FROM event"), kWriters * kEach);
}

TEST(Open, AReaderSeesOldRowsWhileAWriterIsInItsTransaction) {
  Folder folder;
  WholeFile writer(folder / "a.db");
  plan(writer, 2);
  const ReadOnlyFile file(folder / "a.db");
  const auto reader = file.reader();
  writer.planner.transaction([&] {
    writer.planner.put_run(new_run(10));
    EXPECT_EQ(number(reader, "SELECT count(*) FROM run"), 2);
    EXPECT_EQ(reader.runs(1, "quick").size(), 2u);
  });
  EXPECT_EQ(number(reader, "SELECT count(*) FROM run"), 3);
}

}  // namespace
}  // namespace steepest::store::testing
