// node_folder.h: a job's folder on its machine's own disk, where SQLite's locks hold.
#pragma once
#include <filesystem>

namespace steepest::shard {

/// Gone with its owner. What a killed owner has left is removed by the next one on that machine.
class NodeFolder {
 public:
  /// In $SLURM_TMPDIR, else in the folder for temporary files ($TMPDIR, /tmp). Throws InputError where none can be made.
  NodeFolder();
  ~NodeFolder();
  NodeFolder(const NodeFolder&) = delete;
  NodeFolder& operator=(const NodeFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  int lock_ = -1;  ///< held as long as the owner lives, however it ends
};

}  // namespace steepest::shard
