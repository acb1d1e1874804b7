// standard_streams_test.cpp: streams that are missing, closed, full or without a reader. Each case is a process of its own.
#include "output/standard_streams.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include "options/error.h"

namespace steepest::output {
namespace {

using testing::ExitedWithCode;
using testing::KilledBySignal;

void replace_by(int number, const char* path, int flags) {
  const int other = open(path, flags);
  dup2(other, number);
  close(other);
}

/// 1 where print complains, 2 where flush does, 0 else.
int failing_part(const std::string& text) {
  try {
    print(text);
  } catch (const options::InputError&) { return 1; }
  try {
    flush();
  } catch (const options::InputError&) { return 2; }
  return 0;
}

/// Standard output, or error, becomes a pipe whose reader has left.
void leave_reader(int number) {
  int ends[2];
  if (pipe(ends) != 0) _exit(99);
  dup2(ends[1], number);
  close(ends[0]);
  close(ends[1]);
}

TEST(StandardStreams, NoFileTakesTheNumberOfAMissingOne) {
  for (const int missing : {1, 2, 4, 3, 5, 6, 7}) {  // bits: input, output, error
    EXPECT_EXIT(
        {
          for (int number = 0; number < 3; ++number) {
            if (missing >> number & 1) close(number);
          }
          prepare_standard_streams();
          const int file = open("/dev/null", O_RDONLY);
          char byte = 'x';
          const bool refused = (!(missing & 1) || read(0, &byte, 1) < 0) && (!(missing & 2) || write(1, &byte, 1) < 0) &&
                               (!(missing & 4) || write(2, &byte, 1) < 0);
          _exit(file > 2 && refused ? 0 : 1);
        },
        ExitedWithCode(0), "")
        << missing;
  }
}

TEST(StandardStreams, ANoteThatCannotBeWrittenIsDropped) {
  EXPECT_EXIT(
      {
        close(2);
        tell(stderr, "a note\n");
        _exit(0);
      },
      ExitedWithCode(0), "");
  EXPECT_EXIT(
      {
        replace_by(2, "/dev/full", O_WRONLY);
        tell(stderr, "a note\n");
        _exit(0);
      },
      ExitedWithCode(0), "");
  EXPECT_EXIT(
      {
        leave_reader(2);
        prepare_standard_streams();
        tell(stderr, "a note\n");
        _exit(0);
      },
      ExitedWithCode(0), "");
}

TEST(StandardStreams, AResultThatCannotBeWrittenIsAMistake) {
  EXPECT_EXIT(
      {
        close(1);
        prepare_standard_streams();
        _exit(failing_part("few"));
      },
      ExitedWithCode(2), "");
  EXPECT_EXIT(
      {
        replace_by(1, "/dev/full", O_WRONLY);
        _exit(failing_part("few"));
      },
      ExitedWithCode(2), "");
  EXPECT_EXIT(
      {
        replace_by(1, "/dev/full", O_WRONLY);
        _exit(failing_part(std::string(1 << 20, 'x')));
      },
      ExitedWithCode(1), "");
  EXPECT_EXIT(
      {
        close(1);
        prepare_standard_streams();
        _exit(failing_part(""));
      },
      ExitedWithCode(0), "")
      << "nothing to say";
}

TEST(StandardStreams, AReaderOfResultsThatHasLeftEndsTheProcessAsUsual) {
  EXPECT_EXIT(
      {
        leave_reader(1);
        prepare_standard_streams();
        _exit(failing_part("few"));
      },
      KilledBySignal(SIGPIPE), "");
  EXPECT_EXIT(
      {
        signal(SIGPIPE, SIG_IGN);
        leave_reader(1);
        prepare_standard_streams();
        _exit(failing_part("few"));
      },
      ExitedWithCode(2), "")
      << "unless the caller has the signal ignored";
}

}  // namespace
}  // namespace steepest::output
