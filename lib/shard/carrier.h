// carrier.h: what a shard's job takes along from the shared folder, and what it leaves there.
#pragma once
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "shard/study_folder.h"
#include "store/planner.h"
#include "study/study.h"

namespace steepest::shard {

class Carrier {
 public:
  /// `writer`: the stem of the files that it leaves, such as "1234-3" of task 3 of array 1234. `checkpoints`: the job's own.
  Carrier(StudyFolder folder, std::string writer, const study::Study& study, std::filesystem::path checkpoints);

  /// Takes the study's runs that are in the folder into the job's own database: those that have finished, and the rows of those that go on,
  /// with their checkpoints. What cannot be used is left out, with a line about it; its run is made again. Before the study is planned.
  std::vector<std::string> fetch(store::Planner planner);

  /// Leaves what has come about since the last call: finished runs with their adapters, checkpoints of runs that go on, why runs failed.
  /// At any time, also while workers are at it. Throws InputError where the folder takes nothing; the next call leaves the rest.
  void leave(const store::Reader& reader);

  /// Whether anything has been left that another job goes on from.
  bool has_left() const { return has_left_; }

 private:
  struct Known {
    std::int64_t run;
    std::string identity, status, error;
  };
  void fetch_finished(store::Planner planner, std::vector<std::string>& notes);
  void leave_finished(const store::Reader& reader, const std::vector<Known>& runs);
  void leave_progress(const store::Reader& reader, const Known& run);
  bool changed(const std::filesystem::path& file) const;
  void copy_changed(const std::filesystem::path& from, const std::filesystem::path& to);

  StudyFolder folder_;
  std::string writer_;
  std::set<std::string> identities_;
  std::filesystem::path checkpoints_;
  std::set<std::string> left_, failed_;                  ///< identities of runs whose result, or whose failure, is there
  std::map<std::filesystem::path, std::string> stamps_;  ///< of files as they were copied
  bool has_left_ = false;
};

}  // namespace steepest::shard
