// resume_test.cpp: what is damaged or foreign is set aside, and nothing else is: a file that cannot be loaded now stays for the next try.
#include "experiment/resume.h"

#include <c10/core/CPUAllocator.h>
#include <gmock/gmock.h>

#include <fstream>
#include <iterator>
#include <random>

#include "experiment/archive_file.h"
#include "experiment/cause.h"
#include "experiment/flow_experiment.h"
#include "matrix/torch_version.h"
#include "scarce_memory.h"
#include "small_run.h"

namespace steepest::experiment {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

std::string bytes_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

void write(const fs::path& file, const std::string& bytes) { std::ofstream(file, std::ios::binary) << bytes; }

struct Resume : ::testing::Test {
  Resume() {
    Trainer half(small_run(), "");
    half.run({[](const std::string&, std::int64_t, double) {}, [](std::int64_t step) { return step < 7; }});
    half.save(file, "identity", 3);
    whole = bytes_of(file);
  }

  std::optional<std::string> resume(Experiment& experiment, const std::string& identity = "identity") const {
    return resume_from(file, identity, experiment, [](std::int64_t rows) { return rows == 3; });
  }
  /// What is thrown, in words; the file must be as it was.
  std::string failure(Experiment& experiment) const {
    try {
      resume(experiment);
    } catch (const std::runtime_error& error) {
      EXPECT_EQ(bytes_of(file), whole);
      return cause_of(error);
    }
    return "nothing was thrown";
  }
  void expect_set_aside(const std::string& bytes, const std::string& reason) {
    Trainer trainer(small_run(), "");
    const auto told = resume(trainer);
    ASSERT_TRUE(told);
    EXPECT_EQ(*told, "run.pt: " + reason + "; it was set aside as run.pt.set-aside-1");
    EXPECT_FALSE(fs::exists(file));
    EXPECT_EQ(bytes_of(folder / "run.pt.set-aside-1"), bytes);
    fs::remove(folder / "run.pt.set-aside-1");
  }

  const Folder folder;
  const fs::path file = folder / "run.pt";
  std::string whole;
};

TEST_F(Resume, GoesOnFromASoundFileAndStartsWhereThereIsNone) {
  Trainer trainer(small_run(), "");
  EXPECT_FALSE(resume(trainer));
  EXPECT_EQ(trainer.step(), 7);
  fs::remove(file);
  Trainer fresh(small_run(), "");
  EXPECT_FALSE(resume(fresh));
  EXPECT_EQ(fresh.step(), 0);
}

TEST_F(Resume, SetsAsideAFileWithOneBitFlippedAnywhere) {
  std::mt19937_64 engine(161);
  for (int trial = 0; trial < 60; ++trial) {
    std::string bytes = whole;
    // Half of them in the last kilobyte, where the archive's directory and the digest are.
    const std::size_t reach = trial % 2 ? 1024 : bytes.size(), at = bytes.size() - 1 - engine() % reach;
    bytes[at] = static_cast<char>(bytes[at] ^ (1 << engine() % 8));
    SCOPED_TRACE(at);
    write(file, bytes);
    expect_set_aside(bytes, "it is not as it was written");
  }
}

TEST_F(Resume, SetsAsideAFileThatWasCutOrIsNoCheckpoint) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{50}, whole.size() / 2, whole.size() - 1}) {
    write(file, whole.substr(0, size));
    expect_set_aside(whole.substr(0, size), "it is not as it was written");
  }
  for (const std::string& text : {std::string("not an archive"), whole + "x", std::string(5000, '\0')}) {
    write(file, text);
    expect_set_aside(text, "it is not as it was written");
  }
}

TEST_F(Resume, SetsAsideWhatIsOfAnotherRunOrCountsOnOtherRows) {
  Trainer trainer(small_run(), "");
  trainer.save(file, "another", 3);
  expect_set_aside(bytes_of(file), "it is of another run");
  trainer.save(file, "identity", 4);
  expect_set_aside(bytes_of(file), "the database does not have the rows that it counts on");
  FlowExperiment flow(run::FlowRun{});
  flow.save(file, "another");
  EXPECT_THAT(resume_from(file, "identity", flow).value(), HasSubstr("it is of another run"));
}

TEST_F(Resume, KeepsThreeFilesAsideTheFirstTwoAndTheLast) {
  for (int i = 1; i <= 5; ++i) {
    write(file, "damaged " + std::to_string(i));
    Trainer trainer(small_run(1), "");
    EXPECT_TRUE(resume(trainer));
  }
  EXPECT_EQ(std::distance(fs::directory_iterator(folder / ""), {}), 3);
  for (const auto& [number, text] : {std::pair{"1", "damaged 1"}, std::pair{"2", "damaged 2"}, std::pair{"3", "damaged 5"}}) {
    EXPECT_EQ(bytes_of(folder / (std::string("run.pt.set-aside-") + number)), text);
  }
}

TEST_F(Resume, LeavesAFileForWhichThereIsNoMemoryNow) {
  Trainer trainer(small_run(), "");
  refuse_memory(whole.size(), whole.size() + 64, 1);
  EXPECT_THAT(failure(trainer), HasSubstr("run.pt could not be loaded and stays as it is: out of memory; fewer --jobs"));
  EXPECT_EQ(refusals_left(), 0);
  Trainer next(small_run(), "");
  EXPECT_FALSE(resume(next));
  EXPECT_EQ(next.step(), 7);
}

/// Has no room for tensors, and says so as LibTorch's own does.
class FullAllocator : public c10::Allocator {
 public:
#if STEEPEST_TORCH_AT_LEAST(2, 3)
  at::DataPtr allocate(std::size_t size) override { return refuse(size); }
  void copy_data(void* to, const void* from, std::size_t count) const override { default_copy_data(to, from, count); }
#else
  at::DataPtr allocate(std::size_t size) const override { return refuse(size); }
#endif

 private:
  static at::DataPtr refuse(std::size_t size) {
    TORCH_CHECK(false, "DefaultCPUAllocator: can't allocate memory: you tried to allocate ", size, " bytes. Error code 12");
  }
};

TEST_F(Resume, LeavesAFileWhoseTensorsFindNoRoomNow) {
  Trainer trainer(small_run(), "");
  static FullAllocator full;
  auto* usual = c10::GetCPUAllocator();
  c10::SetCPUAllocator(&full, /*priority=*/1);
  const std::string said = failure(trainer);
  c10::SetCPUAllocator(usual, /*priority=*/1);
  EXPECT_THAT(said, HasSubstr("run.pt could not be loaded and stays as it is: out of memory"));
  Trainer next(small_run(), "");
  EXPECT_FALSE(resume(next));
  EXPECT_EQ(next.step(), 7);
}

TEST_F(Resume, LeavesAFileThatCannotBeRead) {
  const fs::path away = folder / "away";
  fs::rename(file, away);
  fs::create_symlink("run.pt", file);
  Trainer trainer(small_run(), "");
  try {
    resume(trainer);
    ADD_FAILURE() << "a loop of links was read";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(cause_of(error), HasSubstr("run.pt could not be loaded and stays as it is: it cannot be read (Too many levels of"));
  }
  EXPECT_TRUE(fs::is_symlink(file));
  fs::remove(file);
  fs::create_directory(file);
  EXPECT_THROW(resume(trainer), std::runtime_error);
  EXPECT_TRUE(fs::is_directory(file));
  fs::remove(file);
  fs::rename(away, file);
  EXPECT_FALSE(resume(trainer));
}

}  // namespace
}  // namespace steepest::experiment
