// archive_file.h: a checkpoint on disk, replaced in one move so that a killed writer leaves the old one whole.
#pragma once
#include <torch/serialize/archive.h>

#include <filesystem>

namespace steepest::experiment {

/// Writes the archive beside the file and moves it there once it is on disk. Throws options::InputError with the cause if that fails
/// (a full disk); then the file is as it was and nothing lies beside it.
void replace_file(const std::filesystem::path& file, torch::serialize::OutputArchive& archive);

/// Removes what processes that are no more left half-written in a folder.
void remove_stale_drafts(const std::filesystem::path& folder);

/// The value under `key`.
c10::IValue read_value(torch::serialize::InputArchive& archive, const char* key);

}  // namespace steepest::experiment
