// full_disk_test.cpp: a disk that fills up at any write gives one message, and nothing half-written.
#include <sqlite3.h>
#include <sys/resource.h>

#include <csignal>
#include <map>
#include <memory>

#include "support.h"

namespace steepest::store::testing {
namespace {

/// SQLite's own file system layer, in which every write after the first `allowed` ones finds the disk full.
class SmallDisk {
 public:
  explicit SmallDisk(long allowed) {
    writes_left = allowed;
    original = sqlite3_vfs_find(nullptr);
    layer = *original;
    layer.zName = "small_disk";
    layer.xOpen = open;
    sqlite3_vfs_register(&layer, 1);
  }
  ~SmallDisk() {
    sqlite3_vfs_unregister(&layer);
    sqlite3_vfs_register(original, 1);
  }
  static bool was_full() { return writes_left < 0; }

 private:
  struct Methods {
    sqlite3_io_methods patched;
    const sqlite3_io_methods* original;
  };

  static int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags) {
    const int code = original->xOpen(original, name, file, flags, out_flags);
    if (file->pMethods) {
      auto& methods = tables()[file->pMethods];
      if (!methods) methods.reset(new Methods{*file->pMethods, file->pMethods});
      methods->patched.xWrite = write;
      file->pMethods = &methods->patched;
    }
    return code;
  }
  static int write(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
    if (--writes_left < 0) return SQLITE_FULL;
    return reinterpret_cast<const Methods*>(file->pMethods)->original->xWrite(file, data, size, offset);
  }
  static std::map<const sqlite3_io_methods*, std::unique_ptr<Methods>>& tables() {
    static std::map<const sqlite3_io_methods*, std::unique_ptr<Methods>> all;
    return all;
  }
  static inline long writes_left = 0;
  static inline sqlite3_vfs* original = nullptr;
  static inline sqlite3_vfs layer{};
};

const std::vector<MetricRow> kMetrics = {{"a", 1, 1.0}, {"b", 1, 2.0}, {"c", 1, 3.0}};

void whole_life(const fs::path& path) {
  WholeFile database(path);
  const auto study = plan(database, 3);
  const auto run = claim(database, study, "quick", "me", 1000);
  database.recorder.record(run->id, "me", kMetrics, {{"w", 1, 0, 1.0}});
  database.queue.finish(run->id, "me", {RunStatus::completed, 100, 1.0, "hash", ""});
}

TEST(FullDisk, AtEveryWriteOfAFilesLifeOneMessageAndNothingHalfWritten) {
  bool fits = false;
  int failures = 0;
  for (long allowed = 0; !fits; ++allowed) {
    ASSERT_LT(allowed, 5000);
    Folder folder(in_memory());
    {
      SmallDisk disk(allowed);
      std::string message;
      try {
        whole_life(folder / "a.db");
      } catch (const options::InputError& error) { message = error.what(); }
      fits = !SmallDisk::was_full();
      // Only the tidying up at the very end may fail unseen: then nothing is lost.
      if (!message.empty()) {
        ++failures;
        EXPECT_NE(message.find("disk is full"), std::string::npos) << message;
        EXPECT_NE(message.find("a.db"), std::string::npos) << message;
      }
    }
    // Space again: the file is sound, each step is there wholly or not at all, and the same command goes through.
    {
      WholeFile database(folder / "a.db");
      ASSERT_EQ(text(database, "PRAGMA integrity_check"), "ok");
      const double runs = number(database, "SELECT count(*) FROM run");
      EXPECT_TRUE(runs == 0 || runs == 3) << runs;
      EXPECT_EQ(number(database, "SELECT count(*) FROM study_run"), runs);
      const double rows = number(database, "SELECT count(*) FROM metric");
      EXPECT_TRUE(rows == 0 || rows == 3) << rows;
      EXPECT_EQ(number(database, "SELECT count(*) FROM spectrum"), rows / 3);
      EXPECT_EQ(number(database, "SELECT count(*) FROM run WHERE status IN ('running', 'completed')"),
                number(database, "SELECT count(*) FROM event WHERE kind = 'claimed'"));
      database.queue.release("me");
    }
    EXPECT_NO_THROW(whole_life(folder / "a.db"));
  }
  EXPECT_GT(failures, 10) << "the disk was hardly ever full: the test shows nothing";
}

TEST(FullDisk, ALimitOnFileSizeIsExplainedToo) {
  Folder folder;
  const fs::path path = folder / "a.db";
  {
    WholeFile database(path);
    plan(database, 1);
  }
  chmod(path.c_str(), 0666);
  const std::string message = message_as_plain_user([&] {  // in a child: the limit goes with it
    signal(SIGXFSZ, SIG_IGN);
    WholeFile database(path);
    const rlimit limit{200000, 200000};
    setrlimit(RLIMIT_FSIZE, &limit);
    for (int i = 0; i < 5000; ++i) database.recorder.event(std::nullopt, "test", std::string(500, 'x'));
  });
  EXPECT_NE(message.find("a.db"), std::string::npos) << message;
  EXPECT_NE(message.find("check the disk"), std::string::npos) << message;
  WholeFile database(path);
  EXPECT_EQ(text(database, "PRAGMA integrity_check"), "ok");
  EXPECT_GT(number(database, "SELECT count(*) FROM event"), 0);
}

}  // namespace
}  // namespace steepest::store::testing
