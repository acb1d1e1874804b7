// observation_test.cpp: a run that is to be looked at more often is made again under its identity, and nothing is lost, come what may.
#include <SQLiteCpp/SQLiteCpp.h>

#include "e2e/training.h"

namespace steepest::e2e {
namespace {

class Observation : public Training {
 protected:
  sweep::Answer looked_at(const Words& how = {}) const {
    Words all = tiny({"training.steps=40"});
    all.insert(all.end(), how.begin(), how.end());
    return steepest(words("run", all));
  }
  std::string evaluations() const { return value("SELECT count(*) FROM metric WHERE name = 'validation_loss'"); }
  void forge_hash() const {
    SQLite::Database(database().string(), SQLite::OPEN_READWRITE).exec("UPDATE run SET parameter_hash = 'forged'");
  }
  static constexpr const char* kAll = "SELECT group_concat(name || step || '=' || value, ' ') FROM metric";
};

TEST_F(Observation, ThatAStoredRunLacksMakesItAgainUnderTheSameIdentity) {
  ASSERT_EQ(looked_at().state.status, 0);
  EXPECT_EQ(evaluations(), "1");
  const auto known = value("SELECT identity || parameter_hash FROM run");
  const auto again = looked_at({"training.evaluate_every=4"});
  EXPECT_EQ(again.state.status, 0) << again.errors;
  EXPECT_THAT(again.errors, HasSubstr("1 made again"));
  EXPECT_EQ(value("SELECT count(*) FROM run"), "1");
  EXPECT_EQ(value("SELECT identity || parameter_hash FROM run"), known);
  EXPECT_EQ(evaluations(), "10");
  EXPECT_EQ(value("SELECT observes FROM run"), R"({"training.evaluate_every":4,"training.log_every":8})");
  EXPECT_THAT(looked_at().errors, HasSubstr("nothing left to run")) << "it covers what was asked for first";
  EXPECT_THAT(looked_at({"training.evaluate_every=20", "training.log_every=16"}).errors, HasSubstr("nothing left to run"));
  EXPECT_EQ(value("SELECT sum(kind = 'completed') FROM event"), "2");
}

TEST_F(Observation, IsRefusedWhereOtherParametersComeOutAndNothingIsLost) {
  ASSERT_EQ(looked_at().state.status, 0);
  forge_hash();
  const auto run = value("SELECT status || parameter_hash || seconds || observes || config FROM run"), rows = value(kAll);
  const auto again = looked_at({"training.evaluate_every=4"});
  EXPECT_EQ(again.state.status, 1) << again.errors;
  EXPECT_THAT(again.errors, HasSubstr("is not observed with training.evaluate_every=4"));
  EXPECT_THAT(again.errors, HasSubstr("what was stored before stays"));
  EXPECT_EQ(value("SELECT status || parameter_hash || seconds || observes || config FROM run"), run);
  EXPECT_EQ(value(kAll), rows);
  EXPECT_EQ(value("SELECT count(*) FROM staged_metric"), "0");
  EXPECT_EQ(looked_at().state.status, 0);
}

TEST_F(Observation, SurvivesKillsOfAllProcessesWithNothingLost) {
  Words all = tiny({"training.steps=600", "--checkpoint-every", "1s"});
  ASSERT_EQ(steepest(words("run", all)).state.status, 0);
  const auto rows = value(kAll), hash = value("SELECT parameter_hash FROM run");
  all.push_back("training.evaluate_every=5");
  for (int round = 0; round < 2; ++round) {
    ChildProcess child(program(), with_folders(words("run", all)), Words{}, folder_ / "supervisor.log");
    while (!child.poll() && value("SELECT count(*) FROM staged_metric") == "0") std::this_thread::sleep_for(std::chrono::milliseconds(5));
    for (const pid_t worker : workers()) kill(worker, SIGKILL);
    child.send(SIGKILL);
    ended(child);
    wait_until_no_worker();
    if (value("SELECT earlier IS NULL FROM run") == "1") break;  // it was quicker
    EXPECT_EQ(value(kAll), rows);
    EXPECT_EQ(value("SELECT json_extract(earlier, '$.parameter_hash') FROM run"), hash);
  }
  const auto last = steepest(words("run", all));
  EXPECT_EQ(last.state.status, 0) << last.errors;
  EXPECT_EQ(value("SELECT status || parameter_hash FROM run"), "completed" + hash);
  EXPECT_EQ(evaluations(), "120");
}

TEST_F(Observation, OfAnInterruptedRunBeginsItAnew) {
  Words all = words("run", endless());
  const auto interrupted_with = [&](const std::string& metric) {
    ChildProcess child(program(), with_folders(all), Words{}, folder_ / "supervisor.log");
    const auto has_rows = [&] {
      try {
        return value("SELECT count(*) FROM metric WHERE name = '" + metric + "'") != "0";
      } catch (const std::exception&) { return false; }  // the file is being made
    };
    while (!child.poll() && !has_rows()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    child.send(SIGINT);
    return ended(child).status;
  };
  ASSERT_EQ(interrupted_with("train_loss"), 130);
  ASSERT_EQ(value("SELECT status FROM run"), "interrupted");
  all.push_back("training.evaluate_every=1");
  EXPECT_EQ(interrupted_with("validation_loss"), 130);
  EXPECT_EQ(value("SELECT count(*) FROM event WHERE kind = 'checkpoint'"), "0") << "no checkpoint of before is found unfit";
  EXPECT_EQ(value("SELECT min(step) FROM metric WHERE name = 'validation_loss'"), "1");
}

}  // namespace
}  // namespace steepest::e2e
