// base_network_test.cpp: a base is trained once, by one of all that ask for it, and kept; whatever becomes of the file, the bits stay.
#include "experiment/base_network.h"

#include <gmock/gmock.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "small_fine_tuning.h"

namespace steepest::experiment {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

/// The one base-HASH.pt of a folder.
fs::path base_file(const fs::path& folder) {
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".pt") return entry.path();
  }
  return {};
}

std::size_t count(const std::string& text, const std::string& words) {
  std::size_t found = 0;
  for (std::size_t at = text.find(words); at != std::string::npos; at = text.find(words, at + 1)) ++found;
  return found;
}

TEST(BaseNetwork, KeptOrResumedHasTheSameBits) {
  const Folder folder;
  const run::TrainingRun run = small_fine_tuning("lora");
  const auto tokenizer = tokenizer_of(run);
  const auto trained = base_network(run, tokenizer, shelf(folder / "one"));
  const auto kept = base_network(run, tokenizer, shelf(folder / "one", [] { return false; }));  // nothing left to stop
  ASSERT_TRUE(kept);
  EXPECT_EQ(hash_of(*trained), hash_of(*kept));

  int asked = 0;
  EXPECT_FALSE(base_network(run, tokenizer, shelf(folder / "two", [&] { return ++asked < 4; })));
  EXPECT_TRUE(fs::exists(base_file(folder / "two")));
  EXPECT_EQ(hash_of(*base_network(run, tokenizer, shelf(folder / "two"))), hash_of(*trained));
}

TEST(BaseNetwork, ADamagedOneIsSetAsideAndTrainedAnewToTheSameBits) {
  const Folder folder;
  const run::TrainingRun run = small_fine_tuning("lora");
  const auto tokenizer = tokenizer_of(run);
  const std::string trained = hash_of(*base_network(run, tokenizer, shelf(folder / "base")));
  const fs::path file = base_file(folder / "base");
  std::ofstream(file, std::ios::app) << "more";
  auto noting = shelf(folder / "base");
  std::vector<std::string> notes;
  noting.note = [&](const std::string& text) { notes.push_back(text); };
  EXPECT_EQ(hash_of(*base_network(run, tokenizer, noting)), trained);
  const std::string aside = file.filename().string() + ".set-aside-1";
  ASSERT_EQ(notes.size(), 1u);
  EXPECT_THAT(notes[0], HasSubstr("it was set aside as " + aside + "; the base is trained anew"));
  EXPECT_TRUE(fs::exists(folder / ("base/" + aside)));
  EXPECT_EQ(hash_of(*base_network(run, tokenizer, shelf(folder / "base"))), trained);
}

TEST(BaseNetwork, OneThatCannotBeReadNowStaysAndFailsTheTry) {
  const Folder folder;
  const run::TrainingRun run = small_fine_tuning("lora");
  const auto tokenizer = tokenizer_of(run);
  const std::string trained = hash_of(*base_network(run, tokenizer, shelf(folder / "base")));
  const fs::path file = base_file(folder / "base"), away = folder / "away";
  fs::rename(file, away);
  fs::create_symlink(file.filename(), file);  // a loop: no open succeeds
  EXPECT_THROW(base_network(run, tokenizer, shelf(folder / "base")), std::runtime_error);
  EXPECT_TRUE(fs::is_symlink(file));
  fs::rename(away, file);
  EXPECT_EQ(hash_of(*base_network(run, tokenizer, shelf(folder / "base", [] { return false; }))), trained);
}

TEST(BaseNetwork, AComplaintAboutItsTextNamesTheKeyOfTheBase) {
  const Folder folder;
  run::TrainingRun run = small_fine_tuning("lora");
  const auto tokenizer = tokenizer_of(run);
  auto& data = std::get<run::TrainedBase>(*run.base).data;
  data.name = "text";
  data.file = "none.txt";
  try {
    base_network(run, tokenizer, shelf(folder / "base"));
    ADD_FAILURE() << "trained on nothing";
  } catch (const options::InputError& error) { EXPECT_EQ(error.parts().key, "base.data.file"); }
}

TEST(BaseNetwork, IsTheSameForEverySeedRankAndStartOfTheRun) {
  const Folder folder;
  run::TrainingRun run = small_fine_tuning("lora"), other = small_fine_tuning("principal");
  other.seed = 3;
  transformer_of(other).rank = 2;
  const auto first = base_network(run, tokenizer_of(run), shelf(folder / "base"));
  const auto second = base_network(other, tokenizer_of(other), shelf(folder / "base", [] { return false; }));
  ASSERT_TRUE(second) << "trained again";
  EXPECT_EQ(hash_of(*first), hash_of(*second));
}

// The first stands still in the middle of training until the others have been seen to wait.
TEST(BaseNetwork, IsTrainedByOneWhileTheOthersWaitOrLeave) {
  const Folder folder;
  const run::TrainingRun run = small_fine_tuning("lora");
  const auto tokenizer = tokenizer_of(run);
  std::atomic<bool> begun = false, waited = false, left = false;
  std::string first, second;
  ::testing::internal::CaptureStdout();
  std::thread trainer([&] {
    int asked = 0;
    first = hash_of(*base_network(run, tokenizer, shelf(folder / "base", [&] {
                                    if (++asked == 4) {
                                      begun = true;
                                      begun.notify_all();
                                      waited.wait(false);
                                      left.wait(false);
                                    }
                                    return true;
                                  })));
  });
  begun.wait(false);
  std::thread patient([&] {
    second = hash_of(*base_network(run, tokenizer, shelf(folder / "base", [&] {
                                     waited = true;
                                     waited.notify_all();
                                     return true;
                                   })));
  });
  EXPECT_FALSE(base_network(run, tokenizer, shelf(folder / "base", [] { return false; }))) << "told to stop, it does not wait";
  left = true;
  left.notify_all();
  trainer.join();
  patient.join();
  const std::string log = ::testing::internal::GetCapturedStdout();
  EXPECT_EQ(first, second);
  EXPECT_EQ(count(log, "training the base"), 1u) << log;
  EXPECT_EQ(count(log, "waiting for the base"), 2u) << log;
}

/// What the trainer does that dies: saves after every step and is killed after the fourth, before that one is saved.
void train_until_killed(const fs::path& folder) {
  const run::TrainingRun run = small_fine_tuning("lora");
  int asked = 0;  // once before the first step
  auto dying = shelf(folder, [&] { return ++asked < 5 || raise(SIGKILL) == 0; });
  dying.checkpoint_seconds = 0;
  base_network(run, tokenizer_of(run), dying);
}

TEST(BaseNetwork, OfATrainerThatIsKilledIsContinuedByTheNext) {
  constexpr const char* kVariable = "STEEPEST_TEST_DYING_TRAINER";
  if (const char* folder = std::getenv(kVariable)) return train_until_killed(folder);  // this very test, as a process of its own
  const Folder folder;
  const std::string place = (folder / "base").string();
  setenv(kVariable, place.c_str(), 1);
  std::string program = "/proc/self/exe", filter = "--gtest_filter=BaseNetwork.OfATrainerThatIsKilledIsContinuedByTheNext";
  char* const words[] = {program.data(), filter.data(), nullptr};
  pid_t child = 0;
  ASSERT_EQ(posix_spawn(&child, program.c_str(), nullptr, nullptr, words, environ), 0);
  unsetenv(kVariable);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << status;

  const run::TrainingRun run = small_fine_tuning("lora");
  ::testing::internal::CaptureStdout();
  const auto continued = base_network(run, tokenizer_of(run), shelf(place));
  const std::string log = ::testing::internal::GetCapturedStdout();
  EXPECT_THAT(log, HasSubstr(", 7 steps"));
  EXPECT_EQ(hash_of(*continued), hash_of(*base_network(run, tokenizer_of(run), shelf(folder / "undisturbed"))));
}

}  // namespace
}  // namespace steepest::experiment
