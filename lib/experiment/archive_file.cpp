// archive_file.cpp: see archive_file.h.
#include "experiment/archive_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <stdexcept>
#include <string>

namespace steepest::experiment {
namespace {

void sync_file(const std::filesystem::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDONLY);
  const bool written = descriptor >= 0 && ::fsync(descriptor) == 0;
  if (descriptor >= 0) ::close(descriptor);
  if (!written) throw std::runtime_error("the checkpoint " + file.filename().string() + " could not be written to disk");
}

}  // namespace

void replace_file(const std::filesystem::path& file, torch::serialize::OutputArchive& archive) {
  std::filesystem::create_directories(file.parent_path());
  std::filesystem::path draft = file;
  draft += "." + std::to_string(::getpid()) + ".draft";  // workers that share a base may write it at the same time
  archive.save_to(draft.string());
  sync_file(draft);
  std::filesystem::rename(draft, file);
}

c10::IValue read_value(torch::serialize::InputArchive& archive, const char* key) {
  c10::IValue value;
  archive.read(key, value);
  return value;
}

}  // namespace steepest::experiment
