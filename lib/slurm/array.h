// array.h: arrays that were submitted, and what the queue says of their tasks.
#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace steepest::slurm {

/// One array job of a study, as a file beside what its tasks leave.
struct Array {
  std::string id;  ///< Slurm's
  std::string study, scale;
  std::string plan;  ///< name of the plan's file in the same folder
  int shards = 1;    ///< of which those with runs became tasks
  int workers = 1;   ///< of each task
};
void write_array(const std::filesystem::path& folder, const Array& array);
/// The latest first. Throws InputError for a file that is none.
std::vector<Array> read_arrays(const std::filesystem::path& folder);

/// A task that Slurm still has.
struct Task {
  std::string array;
  int index = 0;
  std::string state;                     ///< "RUNNING", "PENDING"
  std::optional<double> seconds_left{};  ///< until its time limit; empty: it has none
};
/// Lines of `squeue --format=%F|%K|%T|%L`; those of other jobs are left out.
std::vector<Task> tasks_from(const std::string& text);
/// Of this user. Throws InputError.
std::vector<Task> ask_tasks();

/// "1-02:03:04", "02:03:04", "03:04". Empty: no time ("UNLIMITED", "INVALID").
std::optional<double> seconds_of(const std::string& text);

}  // namespace steepest::slurm
