// folder_test.cpp: files on the disk and in memory look alike.
#include "hydra/folder.h"

#include <gmock/gmock.h>

#include "hydra/config_files.h"
#include "hydra/temporary_tree.h"

namespace steepest::hydra {
namespace {

const Files kFiles{{"config.yaml", "a: 1\n"}, {"empty.yaml", ""},  {"g/a-b.yaml", "x: 1\n"},
                   {"g/a.yaml", "x: 2\n"},    {"g/note.txt", "n"}, {"g/h/deep.yaml", "y: 1\n"}};

TEST(Folder, MemoryAndDiskAnswerAlike) {
  const TemporaryTree tree(kFiles);
  const DiskFolder disk(tree.path());
  const MemoryFolder memory(kFiles);
  for (const std::string path : {"", "g", "g/h", "config.yaml", "empty.yaml", "g/a.yaml", "none", "g/none", "gg"}) {
    EXPECT_EQ(disk.read(path), memory.read(path)) << path;
    EXPECT_EQ(disk.has_folder(path), memory.has_folder(path)) << path;
    for (const bool folders : {false, true}) EXPECT_EQ(disk.list(path, folders), memory.list(path, folders)) << path;
  }
}

TEST(Folder, ListsOptionsByTheirNames) {
  const ConfigFiles files(std::make_unique<MemoryFolder>(kFiles));
  EXPECT_THAT(files.list("g", false), testing::ElementsAre("a", "a-b"));
  EXPECT_THAT(files.list("g", true), testing::ElementsAre("h"));
  EXPECT_EQ(files.load("g/a")->tree.find("x")->value, 2);
  EXPECT_EQ(files.load("g/none"), nullptr);
}

}  // namespace
}  // namespace steepest::hydra
