// study_folder.h: what the jobs of a study leave in a folder that every machine sees. Plain files, each written aside and renamed; no lock
// and no database, which network file systems do not bear.
#pragma once
#include <filesystem>
#include <functional>
#include <ostream>
#include <string>
#include <vector>

namespace steepest::shard {

/// SHARED/shards/STUDY/
///   ARRAY-I.SERIAL.jsonl            finished runs, as `steepest export` writes them; never changed once it is there
///   checkpoints/IDENTITY.pt, .rows  of a run that goes on: its checkpoint, and the rows that this counts on (progress.h)
///   checkpoints/IDENTITY.failed     of a run whose tries all failed: why
///   checkpoints/*.safetensors       trained adapters
///   logs/                           what jobs wrote
///   *.plan, *.sh, *.array           what was submitted
class StudyFolder {
 public:
  /// `shared`: as the user names it. A study's name that is no file's name is spelled otherwise, with a hash.
  StudyFolder(const std::filesystem::path& shared, const std::string& study);
  explicit StudyFolder(std::filesystem::path path) : path_(std::move(path)) {}

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path checkpoints() const { return path_ / "checkpoints"; }
  std::filesystem::path logs() const { return path_ / "logs"; }

  /// Makes the folder and tries to write in it. Throws InputError with `option` as its key where that fails.
  void prepare(const std::string& option) const;
  /// The files of finished runs, by name.
  std::vector<std::filesystem::path> finished() const;
  /// Files of one kind, by name: ".array", ".failed".
  static std::vector<std::filesystem::path> files(const std::filesystem::path& folder, const std::string& extension);
  /// Writes `WRITER.SERIAL.jsonl` with the next serial that is free, and takes no other's place: of two writers of one name each has a
  /// file. Returns its path. Throws InputError where that fails; then nothing is there.
  std::filesystem::path leave(const std::string& writer, const std::function<void(std::ostream&)>& write) const;

 private:
  std::filesystem::path path_;
};

/// The folders of all studies below SHARED/shards, by name.
std::vector<StudyFolder> study_folders(const std::filesystem::path& shared);

/// A copy that is there as a whole or not at all. Throws InputError.
void copy_whole(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace steepest::shard
