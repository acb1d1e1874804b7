// archive_file_test.cpp: a checkpoint is there as a whole or not at all, and what killed writers leave goes.
#include "experiment/archive_file.h"

#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <torch/torch.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include "options/error.h"

namespace steepest::experiment {
namespace {

namespace fs = std::filesystem;

struct ArchiveFile : testing::Test {
  ArchiveFile() {
    std::string pattern = (fs::temp_directory_path() / "steepest_archive_XXXXXX").string();
    folder = mkdtemp(pattern.data());
  }
  ~ArchiveFile() override { fs::remove_all(folder); }

  static void write(const fs::path& file, std::int64_t numbers, double value) {
    torch::serialize::OutputArchive archive;
    archive.write("numbers", torch::full({numbers}, value, torch::kDouble));
    replace_file(file, archive);
  }
  static double read(const fs::path& file) {
    torch::serialize::InputArchive archive = read_file(file);
    torch::Tensor numbers;
    archive.read("numbers", numbers);
    return numbers[0].item<double>();
  }
  std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder)) names.push_back(entry.path().filename().string());
    return names;
  }

  fs::path folder;
};

TEST_F(ArchiveFile, IsReplacedAsAWhole) {
  write(folder / "a.pt", 10, 1);
  write(folder / "a.pt", 100000, 2);
  EXPECT_EQ(read(folder / "a.pt"), 2);
  EXPECT_THAT(files(), testing::ElementsAre("a.pt"));
}

TEST_F(ArchiveFile, ThatDoesNotFitIsToldWithItsCauseAndTheOldOneStays) {
  write(folder / "a.pt", 10, 1);
  torch::serialize::OutputArchive large;  // made before: a forked child must not start LibTorch's threads
  large.write("numbers", torch::full({100000}, 2.0, torch::kDouble));
  const pid_t child = fork();
  if (child == 0) {  // in a child: the limit goes with it
    signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{100000, 100000};
    setrlimit(RLIMIT_FSIZE, &limit);
    try {
      replace_file(folder / "a.pt", large);
    } catch (const options::InputError& error) {
      const std::string text = error.what();
      _exit(text.find("could not be written (File too large)") != std::string::npos && text.find("Make room") != std::string::npos ? 0 : 3);
    } catch (...) { _exit(4); }
    _exit(5);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0) << status / 256 << ": 3: another message; 4: another exception; 5: none";
  EXPECT_EQ(read(folder / "a.pt"), 1);
  EXPECT_THAT(files(), testing::ElementsAre("a.pt"));
}

TEST_F(ArchiveFile, DraftsOfProcessesThatAreNoMoreGoAndThoseOfLivingOnesStay) {
  const pid_t child = fork();
  if (child == 0) _exit(0);
  waitpid(child, nullptr, 0);
  const fs::path dead = folder / ("a.pt." + std::to_string(child) + ".draft"),
                 living = folder / ("a.pt." + std::to_string(getpid()) + ".draft");
  std::ofstream(dead) << "half";
  std::ofstream(living) << "half";
  std::ofstream(folder / "a.pt") << "whole";
  remove_stale_drafts(folder);
  EXPECT_FALSE(fs::exists(dead));
  EXPECT_TRUE(fs::exists(living));
  EXPECT_TRUE(fs::exists(folder / "a.pt"));
  EXPECT_NO_THROW(remove_stale_drafts(folder / "absent"));
}

}  // namespace
}  // namespace steepest::experiment
