// network_test.cpp: which file systems are refused.
#include "support.h"

#include "store/failure.h"

namespace steepest::store::testing {
namespace {

TEST(Network, KnownKindsAreNamed) {
  EXPECT_EQ(network_file_system(0x6969, ""), "NFS");
  EXPECT_EQ(network_file_system(static_cast<long>(0xFF534D42), ""), "CIFS");
  EXPECT_EQ(network_file_system(static_cast<int>(0xFF534D42), ""), "CIFS") << "f_type is signed on some machines";
  EXPECT_EQ(network_file_system(0x01021997, ""), "9p");
}

TEST(Network, LocalKindsAreNot) {
  for (const long magic : {0xEF53L /* ext4 */, 0x58465342L /* xfs */, 0x01021994L /* tmpfs */, 0x794C7630L /* overlay */}) {
    EXPECT_FALSE(network_file_system(magic, ""));
  }
}

TEST(Network, FuseIsJudgedByItsMount) {
  constexpr long kFuse = 0x65735546;
  EXPECT_EQ(network_file_system(kFuse, "fuse.sshfs"), "sshfs");
  EXPECT_EQ(network_file_system(kFuse, "fuse.rclone"), "rclone");
  for (const char* local : {"fuseblk", "fuse.fuse-overlayfs", "virtiofs", ""}) EXPECT_FALSE(network_file_system(kFuse, local));
}

TEST(Network, ALocalPathIsLocalWhetherItExistsOrNot) {
  Folder folder;
  EXPECT_EQ(network_file_system(folder.path()), network_file_system(folder / "not/there/yet.db"));
}

}  // namespace
}  // namespace steepest::store::testing
