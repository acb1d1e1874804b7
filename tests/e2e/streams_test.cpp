// streams_test.cpp: standard streams that are closed, full or without a reader, and outputs that are no ordinary files.
#include "e2e/support.h"

namespace steepest::e2e {
namespace {

class Streams : public Programs {
 protected:
  /// Words of a small run, quoted for the shell.
  static std::string small_run() {
    std::string text = "run";
    for (const auto& word : tiny({"training.steps=3", "seed=0,1", "--jobs", "1"})) text += " '" + word + "'";
    return text;
  }
  void expect_trained() {
    EXPECT_EQ(value("SELECT count(*) FROM run WHERE status = 'completed'"), "2");
    EXPECT_EQ(value("PRAGMA integrity_check"), "ok");
  }
};

TEST_F(Streams, WhereStandardErrorTakesNothingTheExitStatusIsTheSame) {
  store_small_study(database());
  for (const char* full : {"2>&-", "2>/dev/full", "0<&- 2>&-", "0<&- 1>&- 2>&-"}) {
    EXPECT_EQ(shell(std::string("steepest config --bogus ") + full).state.text(), "exit status 2") << full;
    EXPECT_EQ(shell(std::string("steepest report smal ") + full).state.text(), "exit status 2") << full;
  }
  for (const char* full : {"2>&-", "2>/dev/full"}) {
    const auto exported = shell(std::string("steepest export --output file ") + full);
    EXPECT_EQ(exported.state.text(), "exit status 0") << full << ": the note about what was written is dropped";
    EXPECT_GT(std::filesystem::file_size(folder_ / "file"), 1000u);
    EXPECT_THAT(shell(std::string("steepest status ") + full).output, HasSubstr("small")) << full;
  }
}

TEST_F(Streams, AStudyGoesOnWhereItsMessagesAreDropped) {
  for (const char* full : {"2>&-", "2>/dev/full", "0<&- 1>&- 2>&-"}) {
    std::filesystem::remove(database());
    EXPECT_EQ(shell("steepest " + small_run() + " " + full).state.text(), "exit status 0") << full;
    expect_trained();
  }
}

TEST_F(Streams, AStudyGoesOnWhenTheReaderOfItsMessagesLeaves) {
  EXPECT_EQ(shell("{ steepest " + small_run() + "; echo $? > status; } 2>&1 | true").state.text(), "exit status 0");
  EXPECT_EQ(shell("cat status").output, "0\n");
  expect_trained();
}

TEST_F(Streams, AResultThatCannotBeWrittenIsAMistake) {
  store_small_study(database());
  for (const char* command : {"status", "export", "config", "query run", "--help", "--version", "completion bash", "export --output -"}) {
    for (const char* full : {">/dev/full", ">&-"}) {
      const auto answer = shell(std::string("steepest ") + command + full);
      EXPECT_EQ(answer.state.text(), "exit status 2") << command << full << "\n" << answer.errors;
      EXPECT_THAT(answer.errors, testing::StartsWith("error: standard output cannot be written")) << command << full;
    }
  }
}

TEST_F(Streams, AReaderWhoHasEnoughEndsTheProgramQuietly) {
  store_small_study(database());
  const std::string many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 100000) SELECT i FROM n";
  const auto answer = shell("steepest query --format csv \"" + many + "\" | head -1; echo ${PIPESTATUS[@]}");
  EXPECT_EQ(answer.output, "i\n141 0\n");
  EXPECT_EQ(answer.errors, "");
}

TEST_F(Streams, ExportWritesToWhatStandsThere) {
  store_small_study(database());
  const std::string runs = steepest({"export"}).output;
  ASSERT_GT(runs.size(), 1000u);
  const auto content = [&](const std::string& name) { return shell("cat " + name).output; };
  EXPECT_EQ(shell("mkfifo pipe; cat pipe > piped & steepest export --output pipe; wait; test -p pipe").state.text(), "exit status 0");
  EXPECT_EQ(content("piped"), runs);
  EXPECT_EQ(shell("mkdir shared; echo old > shared/real; chmod 640 shared/real; ln -s shared/real link; steepest export --output link; "
                  "test -L link")
                .state.text(),
            "exit status 0");
  EXPECT_EQ(content("shared/real"), runs);
  EXPECT_EQ(shell("stat -c %a shared/real").output, "640\n");
  for (const char* own : {"-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"}) {
    EXPECT_EQ(shell(std::string("{ echo first; steepest export --output ") + own + "; echo last; } > both").state.text(), "exit status 0")
        << own;
    EXPECT_EQ(content("both"), "first\n" + runs + "last\n") << own;
    EXPECT_EQ(shell(std::string("steepest export --output ") + own + " | cat").output, runs) << own;
  }
  EXPECT_EQ(shell("steepest export --output >(cat > substituted; echo > done); until test -e done; do sleep 0.01; done").state.text(),
            "exit status 0");
  EXPECT_EQ(content("substituted"), runs);
  EXPECT_EQ(shell("ls").output.find("draft"), std::string::npos);
  EXPECT_EQ(shell("test -e -").state.text(), "exit status 1") << "no file of that name";
  const auto full = shell("steepest export --output /dev/full");
  EXPECT_EQ(full.state.text(), "exit status 2");
  EXPECT_THAT(full.errors, HasSubstr("--output: /dev/full could not be written to its end (No space left on device)"));
  EXPECT_EQ(shell("test -c /dev/full && test -L /dev/stdout").state.text(), "exit status 0");
}

}  // namespace
}  // namespace steepest::e2e
