// without_folders_test.cpp: what is stored names no folder of the machine.
#include "store/without_folders.h"

#include "support.h"

namespace steepest::store::testing {
namespace {

TEST(StoredWords, TellNoFolders) {
  EXPECT_EQ(without_folders("cannot open /home/ada/data/a.txt: no such file"), "cannot open .../a.txt: no such file");
  EXPECT_EQ(without_folders("\"/a/b\",/c/d (/e/f)"), "\".../b\",.../d (.../f)");
  EXPECT_EQ(without_folders("1/2 of https://host/a/b, and/or x"), "1/2 of https://host/a/b, and/or x");
  EXPECT_EQ(without_folders("/a"), "/a");
  EXPECT_EQ(without_folders(""), "");
}

TEST(StoredCauses, NameNoFolder) {
  Folder folder;
  WholeFile database(folder / "a.db");
  const auto study = plan(database, 1);
  ASSERT_TRUE(claim(database, study, "quick", "me", 60));
  ASSERT_TRUE(database.queue.fail("me", "try_failed", "cannot open /home/ada/data/a.txt", 1));
  EXPECT_EQ(text(database, "SELECT error FROM run"), "cannot open .../a.txt");
  EXPECT_EQ(number(database, "SELECT count(*) FROM event WHERE message LIKE '%ada%'"), 0);
}

}  // namespace
}  // namespace steepest::store::testing
