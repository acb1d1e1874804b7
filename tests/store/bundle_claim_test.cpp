// bundle_claim_test.cpp: runs of one shape are claimed together, in one transaction, and each has its end of its own.
#include <gmock/gmock.h>

#include "support.h"

namespace steepest::store::testing {
namespace {

constexpr double kLong = 1000;

nlohmann::json config_of(std::int64_t seed, double rate, std::int64_t width = 16) {
  return {{"seed", seed}, {"optimizer", {{"name", "muon"}, {"learning_rate", rate}, {"momentum", 0.95}}}, {"model", {{"width", width}}}};
}

struct StackedClaims : ::testing::Test {
  Folder folder;
  WholeFile database{folder / "a.db"};
  std::int64_t study = database.planner.put_study("transfer", "", {});

  std::int64_t put(const std::string& identity, const nlohmann::json& config, double flops = 1e9,
                   const nlohmann::json& observes = nlohmann::json::object()) {
    NewRun run{identity, config, config.at("seed").get<std::int64_t>(), {{"suite", 1}}, flops};
    run.observes = observes;
    const auto id = database.planner.put_run(run);
    database.planner.tie(study, id, "quick", {}, id);
    return id;
  }
  std::int64_t plan() { return open_plan(database, content_of(database, study, "quick"), kLong); }
  static Alike at_most(std::int64_t runs) {
    return {[runs](const nlohmann::json&, std::int64_t) { return runs; }, {"$.seed", "$.optimizer.learning_rate"}};
  }
  std::vector<std::int64_t> claimed(std::int64_t plan, const std::string& token, const Alike& alike) {
    std::vector<std::int64_t> ids;
    for (const auto& run : database.queue.claim_bundle(plan, token, kLong, alike)) ids.push_back(run.id);
    return ids;
  }
};

TEST_F(StackedClaims, TakeWhatDiffersInWhatMayDifferAndNothingElse) {
  const auto first = put("a", config_of(1, 0.1)), seed = put("b", config_of(2, 0.1)), other_width = put("c", config_of(1, 0.1, 32)),
             rate = put("d", config_of(1, 0.2)), costlier = put("e", config_of(3, 0.1), 2e9),
             watched = put("f", config_of(4, 0.1), 1e9, {{"training.log_every", 1}});
  const auto all = plan();
  EXPECT_EQ(claimed(all, "one", at_most(9)), std::vector{costlier}) << "the costliest goes first, and none costs the same";
  EXPECT_EQ(claimed(all, "two", at_most(9)), (std::vector{first, seed, rate}));
  EXPECT_EQ(claimed(all, "three", at_most(9)), std::vector{other_width});
  EXPECT_EQ(claimed(all, "four", at_most(9)), std::vector{watched});
  EXPECT_TRUE(claimed(all, "five", at_most(9)).empty());
}

TEST_F(StackedClaims, TakeAtMostAsManyAsAreAskedForAndAreToldWhatIsLeft) {
  for (int i = 0; i < 7; ++i) put("run " + std::to_string(i), config_of(i, 0.1));
  const auto all = plan();
  std::vector<std::int64_t> told;
  const Alike alike{[&](const nlohmann::json& config, std::int64_t left) {
                      EXPECT_EQ(config.at("optimizer").at("name"), "muon");
                      told.push_back(left);
                      return std::int64_t{3};
                    },
                    {"$.seed"}};
  const auto some = claimed(all, "one", alike);
  EXPECT_EQ(some.size(), 3u);
  ASSERT_TRUE(database.queue.finish(some[1], "one", {RunStatus::completed, 10, 1.0, "hash", ""}));
  EXPECT_EQ(claimed(all, "two", alike).size(), 3u);
  EXPECT_EQ(claimed(all, "three", alike).size(), 1u);
  EXPECT_EQ(told, (std::vector<std::int64_t>{7, 6, 6}));
}

TEST_F(StackedClaims, EndOneByOne) {
  for (int i = 0; i < 3; ++i) put("run " + std::to_string(i), config_of(i, 0.1));
  const auto all = plan();
  const auto runs = claimed(all, "me", at_most(3));
  ASSERT_EQ(runs.size(), 3u);
  EXPECT_TRUE(database.recorder.set_stacked(runs[0], "me", 3));
  EXPECT_FALSE(database.recorder.set_stacked(runs[0], "someone else", 9));
  EXPECT_TRUE(database.queue.finish(runs[0], "me", {RunStatus::completed, 10, 1.0, "hash", ""}));
  EXPECT_TRUE(database.queue.give_back(runs[1], "me", "no room for it"));
  EXPECT_FALSE(database.queue.give_back(runs[1], "me", "twice"));
  EXPECT_EQ(database.queue.release("me"), 1);
  EXPECT_EQ(number(database, "SELECT stacked FROM run WHERE id = " + std::to_string(runs[0])), 3);
  EXPECT_EQ(text(database, "SELECT group_concat(status) FROM run"), "completed,interrupted,interrupted");
  EXPECT_EQ(text(database, "SELECT message FROM event WHERE kind = 'interrupted' AND run_id = " + std::to_string(runs[1])),
            "no room for it");
}

// One of them may be what kills the worker, and the others must not fail with it.
TEST_F(StackedClaims, FailTogetherAndAreTriedAlone) {
  for (int i = 0; i < 3; ++i) put("run " + std::to_string(i), config_of(i, 0.1));
  const auto all = plan();
  ASSERT_EQ(claimed(all, "me", at_most(3)).size(), 3u);
  const auto failed = database.queue.fail("me", "worker_died", "killed", 2);
  ASSERT_TRUE(failed);
  EXPECT_FALSE(failed->over);
  EXPECT_EQ(number(database, "SELECT sum(failures) FROM run"), 3);
  EXPECT_EQ(number(database, "SELECT count(*) FROM event WHERE kind = 'worker_died'"), 3);
  for (const char* token : {"a", "b", "c"}) EXPECT_EQ(claimed(all, token, at_most(3)).size(), 1u);
  EXPECT_TRUE(database.queue.fail("b", "worker_died", "killed", 2)->over);
  EXPECT_EQ(text(database, "SELECT group_concat(status) FROM run"), "running,failed,running");
}

TEST_F(StackedClaims, ARunThatIsMadeAgainGoesAlone) {
  for (int i = 0; i < 3; ++i) put("run " + std::to_string(i), config_of(i, 0.1));
  auto all = plan();
  const auto runs = claimed(all, "me", at_most(3));
  EXPECT_TRUE(database.recorder.set_stacked(runs[1], "me", 3));
  for (const auto run : runs) ASSERT_TRUE(database.queue.finish(run, "me", {RunStatus::completed, 10, 1.0, "hash", ""}));
  for (const auto run : runs) make_again(database, run, {config_of(run, 0.1), nlohmann::json::object()});
  all = plan();
  for (const char* token : {"a", "b", "c"}) EXPECT_EQ(claimed(all, token, at_most(3)).size(), 1u);
  EXPECT_EQ(number(database, "SELECT sum(stacked) FROM run"), 0);
  // Other bits: what was stored before stays, and says that it was stacked.
  ASSERT_TRUE(database.queue.finish(runs[1], "b", {RunStatus::completed, 10, 1.0, "other", ""}));
  EXPECT_EQ(number(database, "SELECT stacked FROM run WHERE id = " + std::to_string(runs[1])), 3);
}

TEST_F(StackedClaims, AreRenewedByOneLease) {
  for (int i = 0; i < 3; ++i) put("run " + std::to_string(i), config_of(i, 0.1));
  const auto all = plan();
  const auto runs = claimed(all, "me", at_most(3));
  Lease lease(folder / "a.db", runs, "me", 0.3);
  lease.note_step(7);
  const auto soon = [](auto&& reached) {
    for (int i = 0; i < 1000 && !reached(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    return reached();
  };
  EXPECT_TRUE(soon([&] { return number(database, "SELECT min(step) FROM run") == 7; }));
  ASSERT_TRUE(database.queue.give_back(runs[1], "me", "for a test"));
  EXPECT_TRUE(soon([&] { return lease.lost(runs[1]); }));
  EXPECT_FALSE(lease.lost(runs[0]));
  EXPECT_FALSE(lease.lost());
  EXPECT_EQ(database.queue.release("me"), 2);
  EXPECT_TRUE(soon([&] { return lease.lost(); }));
}

}  // namespace
}  // namespace steepest::store::testing
