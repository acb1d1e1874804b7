// network.cpp: is a file on a network file system? There SQLite's locks and the shared memory of its WAL mode do not hold.
#include <sys/statfs.h>

#include <array>
#include <fstream>
#include <sstream>

#include "store/failure.h"

namespace steepest::store {
namespace {

struct NetworkKind {
  long magic;
  const char* name;
};

// From linux/magic.h and statfs(2); spelled out because older headers lack some of them.
constexpr std::array kNetworkKinds = {
    NetworkKind{0x6969, "NFS"},       NetworkKind{0x517B, "SMB"},      NetworkKind{0xFF534D42, "CIFS"},   NetworkKind{0xFE534D42, "SMB2"},
    NetworkKind{0x01021997, "9p"},    NetworkKind{0x00C36400, "Ceph"}, NetworkKind{0x0BD00BD0, "Lustre"}, NetworkKind{0x47504653, "GPFS"},
    NetworkKind{0x5346414F, "AFS"},   NetworkKind{0x6B414653, "AFS"},  NetworkKind{0x73757245, "Coda"},   NetworkKind{0x19830326, "BeeGFS"},
    NetworkKind{0x7461636F, "OCFS2"},
};
constexpr long kFuse = 0x65735546;

// FUSE serves local disks as well (ntfs-3g, fuse-overlayfs, virtiofs), so there the mount's own type decides.
constexpr std::array kNetworkFuse = {"sshfs",     "rclone",   "s3fs",      "gcsfuse", "goofys",     "davfs",     "curlftpfs", "smbnetfs",
                                     "glusterfs", "ceph",     "cephfs",    "juicefs", "blobfuse",   "blobfuse2", "mount-s3",  "nfs",
                                     "mfs",       "lizardfs", "seaweedfs", "beegfs",  "gvfsd-fuse", "hdfs"};

/// Type of the mount that holds `path`: the longest mount point that is a prefix of it.
std::string mount_type(const std::filesystem::path& path) {
  std::ifstream mounts("/proc/self/mountinfo");
  std::string line, best_type;
  std::size_t best_length = 0;
  const std::string wanted = path.string() + "/";
  while (std::getline(mounts, line)) {
    std::istringstream words(line);
    std::string skipped, point, word, type;
    for (int i = 0; i < 4; ++i) words >> skipped;
    words >> point;
    while (words >> word && word != "-") {}
    words >> type;
    const std::string prefix = point == "/" ? "/" : point + "/";
    if (wanted.compare(0, prefix.size(), prefix) == 0 && prefix.size() >= best_length) {
      best_length = prefix.size();
      best_type = type;
    }
  }
  return best_type;
}

}  // namespace

std::optional<std::string> network_file_system(long magic, const std::string& type) {
  for (const NetworkKind& kind : kNetworkKinds) {
    if ((magic & 0xFFFFFFFFL) == kind.magic) return kind.name;
  }
  if (magic == kFuse) {
    const std::string kind = type.compare(0, 5, "fuse.") == 0 ? type.substr(5) : type;
    for (const char* name : kNetworkFuse) {
      if (kind == name) return kind;
    }
  }
  return std::nullopt;
}

std::optional<std::string> network_file_system(const std::filesystem::path& path) {
  std::error_code ignored;
  std::filesystem::path place = std::filesystem::weakly_canonical(std::filesystem::absolute(path, ignored), ignored);
  while (!std::filesystem::exists(place, ignored) && place.has_relative_path()) place = place.parent_path();
  struct statfs info {};
  if (statfs(place.c_str(), &info) != 0) return std::nullopt;
  const long magic = static_cast<long>(info.f_type) & 0xFFFFFFFFL;
  return network_file_system(magic, magic == kFuse ? mount_type(place) : "");
}

}  // namespace steepest::store
