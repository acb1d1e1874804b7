// child_process_test.cpp: processes are told apart by how they end, and what they say is kept.
#include "sweep/child_process.h"

#include <gmock/gmock.h>
#include <signal.h>

#include <thread>

#include "sweep/support.h"
#include "sweep/worker_pool.h"

namespace steepest::sweep {
namespace {

using testing::HasSubstr;

ExitState wait_for(ChildProcess& child) {
  for (;;) {
    if (const auto state = child.poll()) return *state;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

struct Children : testing::Test {
  Folder folder;
  std::unique_ptr<ChildProcess> shell(const std::string& script) {
    return std::make_unique<ChildProcess>("/bin/sh", std::vector<std::string>{"-c", script},
                                          std::vector<std::string>{"GIVEN=given", "HOME=/nowhere"}, folder / "logs/log");
  }
};

TEST_F(Children, TellHowTheyEnded) {
  EXPECT_TRUE(wait_for(*shell("exit 0")).clean());
  EXPECT_EQ(wait_for(*shell("exit 7")).status, 7);
  EXPECT_EQ(wait_for(*shell("kill -9 $$")).signal, SIGKILL);
  EXPECT_EQ((ExitState{3, 0}.text()), "exit status 3");
  EXPECT_THAT((ExitState{0, SIGKILL}.text()), HasSubstr("signal 9"));
}

TEST_F(Children, LastLinesAreTheirOwnAlone) {
  wait_for(*shell("echo before"));
  const auto child = shell("echo one; echo two; echo three >&2");
  wait_for(*child);
  EXPECT_EQ(child->last_lines(2), "two\nthree");
  EXPECT_EQ(child->last_lines(99), "one\ntwo\nthree");
  const auto silent = shell("true");
  wait_for(*silent);
  EXPECT_EQ(silent->last_lines(5), "");
}

TEST_F(Children, SeeTheEnvironmentWithWhatWasGiven) {
  setenv("STEEPEST_TEST_KEPT", "kept", 1);
  const auto child = shell("echo $GIVEN $HOME $STEEPEST_TEST_KEPT");
  wait_for(*child);
  EXPECT_EQ(child->last_lines(1), "given /nowhere kept");
}

TEST_F(Children, DoNotOutliveTheirHandle) {
  pid_t pid = 0;
  {
    const auto child = shell("sleep 600");
    pid = child->pid();
    ASSERT_EQ(kill(pid, 0), 0);
  }
  EXPECT_NE(kill(pid, 0), 0);
}

TEST_F(Children, AMissingProgramEndsWith127AndSaysSo) {
  ChildProcess child("/no/such/program", {}, {}, folder / "log");
  EXPECT_EQ(wait_for(child).status, 127);
  EXPECT_THAT(child.last_lines(1), HasSubstr("cannot execute /no/such/program"));
}

TEST(AskProgram, GivesOutputErrorsAndStatus) {
  const auto answer = ask_program("/bin/sh", {"-c", "echo out; echo err >&2; exit 3"});
  EXPECT_EQ(answer.output, "out\n");
  EXPECT_EQ(answer.errors, "err\n");
  EXPECT_EQ(answer.state.status, 3);
  EXPECT_FALSE(answer.timed_out);
}

TEST(AskProgram, TakesMoreThanAPipeHolds) {
  const auto answer = ask_program(
      "/bin/sh", {"-c", "i=0; while [ $i -lt 3000 ]; do echo 0123456789012345678901234567890123456789; i=$((i+1)); done"});
  EXPECT_EQ(answer.output.size(), 3000u * 41u);
}

TEST(AskProgram, EndsAProgramThatDoesNotAnswer) {
  const auto answer = ask_program("/bin/sh", {"-c", "exec sleep 600"}, std::chrono::milliseconds(50));
  EXPECT_TRUE(answer.timed_out);
}

TEST(Token, IsNeverTheSame) {
  EXPECT_EQ(new_token().size(), 32u);
  EXPECT_NE(new_token(), new_token());
}

}  // namespace
}  // namespace steepest::sweep
