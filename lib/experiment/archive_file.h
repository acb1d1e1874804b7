// archive_file.h: a checkpoint on disk, replaced in one move so that a killed writer leaves the old one whole.
#pragma once
#include <torch/serialize/archive.h>

#include <filesystem>
#include <stdexcept>
#include <string_view>

namespace steepest::experiment {

/// What stands in a file is not what was written to it, or is not for this run: no further try will make it usable.
class UnusableFile : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Writes the archive, with its SHA-256 behind it, beside the file and moves it there once it is on disk. Throws options::InputError with
/// the cause if that fails (a full disk); then the file is as it was and nothing lies beside it.
void replace_file(const std::filesystem::path& file, torch::serialize::OutputArchive& archive);

/// The same of plain bytes, without a digest behind them.
void replace_file(const std::filesystem::path& file, std::string_view bytes);

/// The archive that replace_file wrote, its tensors on `device`. Throws UnusableFile if the bytes are not those that were written: whatever
/// else is thrown (std::runtime_error with the cause where the file cannot be read; a lack of memory) says nothing against the file.
torch::serialize::InputArchive read_file(const std::filesystem::path& file, at::Device device = at::kCPU);

/// Removes what processes that are no more left half-written in a folder.
void remove_stale_drafts(const std::filesystem::path& folder);

/// The value under `key`.
c10::IValue read_value(torch::serialize::InputArchive& archive, const char* key);

}  // namespace steepest::experiment
