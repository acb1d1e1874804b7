// study_folder.cpp: see study_folder.h.
#include "shard/study_folder.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "digest/sha256.h"
#include "options/error.h"
#include "output/write_file.h"
#include "sweep/token.h"

namespace steepest::shard {
namespace {

namespace fs = std::filesystem;
using options::InputError;

constexpr const char* kShards = "shards";
constexpr const char* kRuns = ".jsonl";
constexpr std::size_t kLongestName = 80;

std::string file_name(const std::string& study) {
  std::string name;
  for (const char c : study.substr(0, kLongestName)) {
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '=' || c == '.';
    name += plain && !(name.empty() && c == '.') ? c : '_';
  }
  return name == study && !name.empty() ? name : name + "-" + digest::sha256(study).substr(0, 8);
}

/// The serial after those that WRITER's files have.
int next_serial(const std::vector<fs::path>& files, const std::string& writer) {
  int last = 0;
  for (const auto& file : files) {
    const std::string name = file.stem().string();
    if (name.rfind(writer + ".", 0) == 0) last = std::max(last, std::atoi(name.c_str() + writer.size() + 1));
  }
  return last + 1;
}

[[noreturn]] void refuse(const fs::path& file, const char* doing, int error) {
  throw InputError({"", file.string() + " " + doing + " (" + std::strerror(error) + ")",
                    "a folder that every machine sees, with room, that this user may write to", "", "", 0});
}

}  // namespace

StudyFolder::StudyFolder(const fs::path& shared, const std::string& study) : path_(shared / kShards / file_name(study)) {}

void StudyFolder::prepare(const std::string& option) const {
  std::error_code failed;
  for (const auto& folder : {checkpoints(), logs()}) {
    fs::create_directories(folder, failed);
    if (failed)
      throw InputError({option, "the folder " + folder.string() + " cannot be made (" + failed.message() + ")",
                        "a folder that every machine sees and that this user may write to", "", "", 0});
  }
  const auto trial = path_ / ("." + sweep::new_token());
  output::write_file(trial.string(), option, [](std::ostream& stream) { stream << "\n"; });
  fs::remove(trial, failed);
}

std::vector<fs::path> StudyFolder::files(const fs::path& folder, const std::string& extension) {
  std::vector<fs::path> found;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(folder, failed)) {
    if (entry.path().extension() == extension && entry.path().filename().string().front() != '.') found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::vector<fs::path> StudyFolder::finished() const { return files(path_, kRuns); }

fs::path StudyFolder::leave(const std::string& writer, const std::function<void(std::ostream&)>& write) const {
  const fs::path draft = path_ / ("." + writer + "." + sweep::new_token());
  output::write_file(draft.string(), "", write);
  // A link, unlike a renaming, never takes the place of what another has written meanwhile.
  for (int serial = next_serial(finished(), writer);; ++serial) {
    const fs::path file = path_ / (writer + "." + std::to_string(serial) + kRuns);
    if (::link(draft.c_str(), file.c_str()) == 0) {
      ::unlink(draft.c_str());
      return file;
    }
    if (const int error = errno; error != EEXIST) {
      ::unlink(draft.c_str());
      refuse(file, "cannot be written", error);
    }
  }
}

std::vector<StudyFolder> study_folders(const fs::path& shared) {
  std::vector<fs::path> paths;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(shared / kShards, failed)) {
    if (entry.is_directory(failed)) paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  std::vector<StudyFolder> folders;
  for (const auto& path : paths) folders.emplace_back(path);
  return folders;
}

void copy_whole(const fs::path& from, const fs::path& to) {
  std::ifstream source(from, std::ios::binary);
  if (!source) refuse(from, "cannot be read", errno);
  output::write_file(to.string(), "", [&](std::ostream& stream) {
    if (source.peek() != std::ifstream::traits_type::eof()) stream << source.rdbuf();
  });
}

}  // namespace steepest::shard
