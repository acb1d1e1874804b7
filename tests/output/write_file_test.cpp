// write_file_test.cpp: what stands at the name that is written to decides how.
#include "output/write_file.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "options/error.h"

namespace steepest::output {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class WriteFile : public testing::Test {
 protected:
  WriteFile() {
    std::string pattern = (fs::temp_directory_path() / "steepest_output_XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
  }
  ~WriteFile() override { fs::remove_all(folder_); }

  static void write(const fs::path& path, const std::string& text = "new") {
    write_file(path.string(), "--output", [&](std::ostream& stream) { stream << text; });
  }
  static std::string complaint(const fs::path& path, const std::string& text = "new") {
    try {
      write(path, text);
    } catch (const options::InputError& error) { return error.what(); }
    return "written";
  }
  static std::string content(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  fs::path made(const std::string& name, const std::string& text = "old") const {
    std::ofstream(folder_ / name) << text;
    return folder_ / name;
  }
  std::size_t entries() const { return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder_), fs::directory_iterator())); }

  fs::path folder_;
};

TEST_F(WriteFile, AFreeNameBecomesAFileAsAnyOther) {
  const mode_t before = umask(027);
  write(folder_ / "free");
  umask(before);
  EXPECT_EQ(content(folder_ / "free"), "new");
  EXPECT_EQ(fs::status(folder_ / "free").permissions(), fs::perms(0640));
  EXPECT_EQ(entries(), 1u);
}

TEST_F(WriteFile, AFileThatIsReplacedHandsOnItsPermissions) {
  const auto file = made("file");
  for (const auto mode : {0600, 0664, 0755}) {
    fs::permissions(file, fs::perms(mode));
    write(file, std::to_string(mode));
    EXPECT_EQ(fs::status(file).permissions(), fs::perms(mode));
    EXPECT_EQ(content(file), std::to_string(mode));
  }
}

TEST_F(WriteFile, AFileIsAsItWasWhereWritingFails) {
  const auto file = made("file");
  const auto broken = [&] {
    write_file(file.string(), "--output", [](std::ostream& stream) {
      stream << "half";
      throw std::runtime_error("no more");
    });
  };
  EXPECT_THROW(broken(), std::runtime_error);
  EXPECT_EQ(content(file), "old");
  EXPECT_EQ(entries(), 1u) << "no draft is left";
}

TEST_F(WriteFile, LinksAreWrittenThrough) {
  fs::create_directory(folder_ / "shared");
  const auto real = made("shared/real");
  fs::create_symlink("shared/real", folder_ / "relative");
  fs::create_symlink(real, folder_ / "absolute");
  fs::create_symlink("relative", folder_ / "of a link");
  for (const char* link : {"relative", "absolute", "of a link"}) {
    write(folder_ / link, link);
    EXPECT_TRUE(fs::is_symlink(folder_ / link)) << link;
    EXPECT_EQ(content(real), link);
  }
  fs::create_symlink("shared/none yet", folder_ / "dangling");
  write(folder_ / "dangling");
  EXPECT_TRUE(fs::is_symlink(folder_ / "dangling"));
  EXPECT_EQ(content(folder_ / "shared" / "none yet"), "new");
}

TEST_F(WriteFile, LinksInACircleAreRefused) {
  fs::create_symlink("a", folder_ / "b");
  fs::create_symlink("b", folder_ / "a");
  EXPECT_THAT(complaint(folder_ / "a"), HasSubstr("Too many levels of symbolic links"));
  EXPECT_TRUE(fs::is_symlink(folder_ / "a"));
}

TEST_F(WriteFile, APipeIsWrittenTo) {
  const auto pipe = folder_ / "pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  std::string read;
  std::thread reader([&] { read = content(pipe); });
  write(pipe, std::string(200000, 'x'));
  reader.join();
  EXPECT_EQ(read.size(), 200000u);
  EXPECT_TRUE(fs::is_fifo(pipe));
}

TEST_F(WriteFile, ADeviceIsWrittenTo) {
  const auto null = folder_ / "null";
  if (mknod(null.c_str(), S_IFCHR | 0600, 0x103) != 0) GTEST_SKIP() << "only root makes devices";
  std::ofstream opens(null);
  if (!opens) GTEST_SKIP() << "devices do not work on this file system";
  write(null);
  EXPECT_TRUE(fs::is_character_file(null));
  EXPECT_EQ(entries(), 1u);
}

TEST_F(WriteFile, AFullDeviceIsAMessageAndStaysADevice) {
  fs::create_symlink("/dev/full", folder_ / "link");
  for (const fs::path& path : {fs::path("/dev/full"), folder_ / "link"}) {
    EXPECT_THAT(complaint(path), HasSubstr("--output: " + path.string() + " could not be written to its end (No space left on device)"));
  }
  EXPECT_TRUE(fs::is_character_file("/dev/full"));
}

// A long export need not be made to its end for a disk that took the first bytes only.
TEST_F(WriteFile, EndsAtTheFirstByteThatCannotBeWritten) {
  int blocks = 0;
  const auto endless = [&](std::ostream& stream) {
    for (; blocks < 1000; ++blocks) stream << std::string(1 << 16, 'x');
  };
  EXPECT_THROW(write_file("/dev/full", "--output", endless), options::InputError);
  EXPECT_LT(blocks, 3);
}

TEST_F(WriteFile, AnOpenDescriptorIsWrittenWhereItStands) {
  const auto file = made("file", "before ");
  const int number = open(file.c_str(), O_WRONLY | O_APPEND);
  ASSERT_GE(number, 0);
  fs::create_symlink("/dev/fd/" + std::to_string(number), folder_ / "link");
  write("/dev/fd/" + std::to_string(number), "one ");
  write("/proc/self/fd/" + std::to_string(number), "two ");
  write(folder_ / "link", "three");
  EXPECT_EQ(::write(number, ".", 1), 1) << "it is still open";
  close(number);
  EXPECT_EQ(content(file), "before one two three.");
  EXPECT_THAT(complaint("/dev/fd/" + std::to_string(number)), HasSubstr("Bad file descriptor"));
}

TEST_F(WriteFile, WhatCannotBeWrittenIsToldWithTheName) {
  EXPECT_THAT(complaint(folder_), HasSubstr("Is a directory"));
  EXPECT_THAT(complaint(folder_ / "none" / "file"), HasSubstr("none/file cannot be written (No such file or directory)"));
  EXPECT_THAT(complaint(made("file") / "below"), HasSubstr("Not a directory"));
}

}  // namespace
}  // namespace steepest::output
