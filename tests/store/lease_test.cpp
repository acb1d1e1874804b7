// lease_test.cpp: a hold on a run is renewed while it lasts, waits where the file is locked, and is seen to be lost.
#include "store/lease.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <thread>

#include "store/patience.h"
#include "support.h"

namespace steepest::store::testing {
namespace {

using namespace std::chrono_literals;

struct Held : ::testing::Test {
  Folder folder;
  fs::path path = folder / "a.db";
  WholeFile database{path};
  std::int64_t study = plan(database, 1);
  std::int64_t all = open_plan(database, content_of(database, study, "quick"), 1000);
  ClaimedRun run = *database.queue.claim(all, "me", 0.3);

  bool expired() const { return !database.queue.expired_leases(all).empty(); }
  /// Waits until `reached`, for 10 s at most.
  template <class Condition>
  static bool soon(Condition&& reached) {
    for (int i = 0; i < 1000 && !reached(); ++i) std::this_thread::sleep_for(10ms);
    return reached();
  }
};

TEST_F(Held, IsRenewedAndCarriesTheStep) {
  Lease lease(path, run.id, "me", 0.3);
  lease.note_step(7);
  EXPECT_TRUE(soon([&] { return number(database, "SELECT step FROM run") == 7; }));
  std::this_thread::sleep_for(600ms);
  EXPECT_TRUE(soon([&] { return !expired(); }));
  EXPECT_FALSE(lease.lost());
}

TEST_F(Held, ExpiresOnceNobodyRenewsIt) {
  { Lease lease(path, run.id, "me", 0.3); }
  EXPECT_TRUE(soon([&] { return expired(); }));
}

TEST_F(Held, IsSeenToBeLostOnceAnotherHasIt) {
  Lease lease(path, run.id, "me", 0.3);
  ASSERT_TRUE(database.queue.fail("me", "no_heartbeat", "", 3));
  ASSERT_TRUE(database.queue.claim(all, "other", 60));
  EXPECT_TRUE(soon([&] { return lease.lost(); }));
  EXPECT_EQ(text(database, "SELECT token FROM run"), "other");
}

TEST_F(Held, OutlastsALockedFile) {
  Lease lease(path, run.id, "me", 0.3);
  {
    SQLite::Database other(path.string(), SQLite::OPEN_READWRITE, 10000);
    other.exec("BEGIN IMMEDIATE");
    std::this_thread::sleep_for(700ms);
    EXPECT_TRUE(expired());
    other.exec("COMMIT");
  }
  EXPECT_TRUE(soon([&] { return !expired(); })) << "renewed as soon as it can be written";
  EXPECT_FALSE(lease.lost());
}

TEST_F(Held, OutlastsAFileThatIsGone) {
  Lease lease(path, run.id, "me", 0.3);
  fs::remove(path);
  std::this_thread::sleep_for(200ms);
  EXPECT_FALSE(lease.lost()) << "the run's own writes tell";
}

TEST(Locked, IsToldApartAfterTheTimeThatWasAskedFor) {
  Folder folder;
  WholeFile database(folder / "a.db");
  EXPECT_TRUE(database.queue.can_write());
  SQLite::Database other((folder / "a.db").string(), SQLite::OPEN_READWRITE, 10000);
  other.exec("BEGIN IMMEDIATE");
  EXPECT_FALSE(database.queue.can_write());
  const Patience patience(database, 50ms);
  EXPECT_THROW(database.planner.put_run(new_run(1)), BusyError);
  EXPECT_EQ(number(database, "SELECT count(*) FROM run"), 0) << "reading goes on";
  other.exec("COMMIT");
  EXPECT_TRUE(database.queue.can_write());
  EXPECT_NO_THROW(database.planner.put_run(new_run(1)));
}

}  // namespace
}  // namespace steepest::store::testing
