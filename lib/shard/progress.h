// progress.h: a run that one job has begun and another ends: its rows, as text, beside its checkpoint.
#pragma once
#include <filesystem>
#include <optional>

#include "store/finished_runs.h"

namespace steepest::shard {

/// A checkpoint counts on all rows up to its step, and later ones do it no harm. So the rows are taken after the checkpoint and put before
/// it: whatever is killed in between, rows and checkpoint go together. Throws InputError where the file cannot be written.
void write_rows(const std::filesystem::path& file, const store::RunRecord& run);

/// The run; empty where there is no such file. Throws InputError for a file that is not as it was written.
std::optional<store::RunRecord> read_rows(const std::filesystem::path& file);

/// Why a run failed.
struct Failure {
  std::string identity, error;
};
void write_failure(const std::filesystem::path& file, const Failure& failure);
/// Throws InputError for a file that is not as it was written.
Failure read_failure(const std::filesystem::path& file);

}  // namespace steepest::shard
