// child_process_test.cpp: processes are told apart by how they end, and what they say is kept.
#include "sweep/child_process.h"

#include <gmock/gmock.h>
#include <signal.h>

#include <thread>

#include "sweep/support.h"
#include "sweep/token.h"

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
  const auto answer =
      ask_program("/bin/sh", {"-c", "i=0; while [ $i -lt 3000 ]; do echo 0123456789012345678901234567890123456789; i=$((i+1)); done"});
  EXPECT_EQ(answer.output.size(), 3000u * 41u);
}

TEST(AskProgram, EndsAProgramThatDoesNotAnswer) {
  const auto answer = ask_program("/bin/sh", {"-c", "exec sleep 600"}, std::chrono::milliseconds(50));
  EXPECT_TRUE(answer.timed_out);
}

TEST_F(Children, AreFoundByTheirProgramAndArgumentsAlone) {
  const std::string token = new_token();
  const auto asleep = [&](const std::vector<std::string>& arguments) {
    std::vector<std::string> all{"-c", "kill -STOP $$; exit 3", "name"};  // without a process of its own
    all.insert(all.end(), arguments.begin(), arguments.end());
    auto child = std::make_unique<ChildProcess>("/bin/sh", all, std::vector<std::string>{}, folder / "log");
    const auto exe = "/proc/" + std::to_string(child->pid()) + "/exe";
    while (std::filesystem::read_symlink(exe) == std::filesystem::read_symlink("/proc/self/exe"))
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return child;
  };
  const auto wanted = asleep({"--token", token});
  const std::vector<std::unique_ptr<ChildProcess>> others = [&] {
    std::vector<std::unique_ptr<ChildProcess>> children;
    children.push_back(asleep({"--token=" + token}));
    children.push_back(asleep({"--token", token + "0"}));
    children.push_back(asleep({token, "--token"}));
    children.push_back(asleep({"--token", "x", token}));
    return children;
  }();
  const auto program = std::filesystem::read_symlink("/proc/" + std::to_string(wanted->pid()) + "/exe");
  EXPECT_EQ(processes_of(program, {"--token", token}), std::vector<pid_t>{wanted->pid()});
  EXPECT_TRUE(processes_of("/bin/steepest-worker", {"--token", token}).empty()) << "another program that was given the same";
}

TEST_F(Children, AProgramThatWasBuiltAnewIsStillFound) {
  const auto copy = folder / "program";
  std::filesystem::copy_file("/bin/sleep", copy);
  ChildProcess child(copy, {"600"}, {}, folder / "log");
  while (processes_of(copy, {"600"}).empty() && !child.poll()) std::this_thread::sleep_for(std::chrono::milliseconds(2));
  std::filesystem::remove(copy);
  EXPECT_EQ(processes_of(copy, {"600"}), std::vector<pid_t>{child.pid()});
}

TEST_F(Children, WhatTheCallerIgnoresTheyIgnoreButTheyCanBeToldToStop) {
  const auto before_hangup = signal(SIGHUP, SIG_IGN), before_stop = signal(SIGTERM, SIG_IGN);
  const auto hung_up = shell("kill -HUP $$; exit 4"), told = shell("kill -TERM $$; exit 4");
  EXPECT_EQ(wait_for(*hung_up).status, 4) << "nohup";
  EXPECT_EQ(wait_for(*told).signal, SIGTERM);
  signal(SIGHUP, before_hangup);
  signal(SIGTERM, before_stop);
}

TEST(Token, IsNeverTheSame) {
  EXPECT_EQ(new_token().size(), 32u);
  EXPECT_NE(new_token(), new_token());
}

}  // namespace
}  // namespace steepest::sweep
