// interruption_test.cpp: whatever is killed, the study goes on where it stopped and ends with the same bits.
#include <signal.h>

#include "e2e/training.h"

namespace steepest::e2e {
namespace {

using Interruption = Training;

TEST_F(Interruption, CtrlCStopsCleanlyAndTheNextCallContinues) {
  const auto hashes = undisturbed();
  const auto child = start();
  ASSERT_TRUE(wait_until_training(*child)) << child->last_lines(20);
  child->send(SIGINT);
  EXPECT_EQ(ended(*child).status, 130);
  EXPECT_THAT(child->last_lines(5), HasSubstr("To continue: steepest run"));
  EXPECT_EQ(value("SELECT count(*) FROM run WHERE status = 'interrupted' AND step > 0"), "2");
  EXPECT_TRUE(workers().empty());
  expect_continues(hashes);
}

/// What nohup, or a shell for a background job of a script, sets to ignored before the program starts. SIGCHLD where a caller does not care
/// for its children: then the kernel would clear ours away before we look.
class Ignored : public Training, public testing::WithParamInterface<const char*> {};

TEST_P(Ignored, SignalsOfTheCallerStayIgnoredAndTheStudyGoesOn) {
  const auto hashes = undisturbed();
  Words line{std::string("--ignore-signal=") + GetParam(), program().string()};
  for (const auto& word : with_folders(work())) line.push_back(word);
  ChildProcess child("/usr/bin/env", line, Words{}, folder_ / "supervisor.log");
  ASSERT_TRUE(wait_until_training(child)) << child.last_lines(20);
  const int signal = GetParam() == std::string("HUP") ? SIGHUP : GetParam() == std::string("INT") ? SIGINT : SIGCHLD;
  child.send(signal);
  for (const pid_t worker : workers()) kill(worker, signal);
  EXPECT_EQ(ended(child).status, 0) << child.last_lines(20);
  EXPECT_EQ(value("SELECT max(attempts) FROM run"), "1") << "no worker was disturbed either";
  EXPECT_EQ(value(kHashes), hashes);
}

INSTANTIATE_TEST_SUITE_P(ByTheCaller, Ignored, testing::Values("HUP", "INT", "CHLD"));

TEST_F(Interruption, AHangUpThatIsNotIgnoredStopsAsCtrlCDoes) {
  const auto child = start();
  ASSERT_TRUE(wait_until_training(*child)) << child->last_lines(20);
  for (const pid_t worker : workers()) kill(worker, SIGHUP);  // as to every process of a session that ends
  child->send(SIGHUP);
  EXPECT_EQ(ended(*child).status, 130);
  EXPECT_EQ(value("SELECT count(*) FROM run WHERE status = 'interrupted' AND step > 0"), "2") << "each with its checkpoint";
}

TEST_F(Interruption, AKilledWorkersRunIsTakenUpAgain) {
  const auto hashes = undisturbed();
  const auto child = start();
  ASSERT_TRUE(wait_until_training(*child)) << child->last_lines(20);
  const auto present = workers();
  ASSERT_FALSE(present.empty());
  kill(present.front(), SIGKILL);
  EXPECT_EQ(ended(*child).status, 0) << child->last_lines(20);
  EXPECT_EQ(value("SELECT count(*) FROM event WHERE kind = 'worker_died'"), "1");
  EXPECT_EQ(value(kHashes), hashes);
}

TEST_F(Interruption, AKilledSupervisorLeavesNoWorkerBehind) {
  const auto hashes = undisturbed();
  const auto child = start();
  ASSERT_TRUE(wait_until_training(*child)) << child->last_lines(20);
  child->send(SIGKILL);
  EXPECT_EQ(ended(*child).signal, SIGKILL);
  wait_until_no_worker();  // they are told by the kernel, checkpoint, and go
  expect_continues(hashes);
}

}  // namespace
}  // namespace steepest::e2e
