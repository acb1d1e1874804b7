// carrier.cpp: see carrier.h.
#include "shard/carrier.h"

#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "exchange/export.h"
#include "exchange/importer.h"
#include "exchange/run_file.h"
#include "options/error.h"
#include "shard/progress.h"
#include "store/import_run.h"

namespace steepest::shard {
namespace {

namespace fs = std::filesystem;
using options::InputError;

constexpr const char* kAdapters = ".safetensors";
constexpr const char* kCheckpoints = ".pt";
constexpr const char* kBase = "base-";

/// Tells two states of a file that is replaced whole apart; empty: there is none. A number of a file alone is given out again.
std::string stamp_of(const fs::path& file) {
  struct stat found {};
  if (::stat(file.c_str(), &found) != 0) return "";
  return std::to_string(found.st_ino) + " " + std::to_string(found.st_mtim.tv_sec) + "." + std::to_string(found.st_mtim.tv_nsec);
}

}  // namespace

Carrier::Carrier(StudyFolder folder, std::string writer, const study::Study& study, fs::path checkpoints)
    : folder_(std::move(folder)), writer_(std::move(writer)), checkpoints_(std::move(checkpoints)) {
  for (const auto& run : study.runs) identities_.insert(run.identity);
}

std::vector<std::string> Carrier::fetch(store::Planner planner) {
  std::vector<std::string> notes;
  fs::create_directories(checkpoints_);
  fetch_finished(planner, notes);
  for (const auto& identity : identities_) {
    if (left_.count(identity) > 0) continue;
    const fs::path there = folder_.checkpoints() / identity;
    try {
      const auto run = read_rows(there.string() + ".rows");
      std::error_code failed;
      if (!run || !fs::exists(there.string() + kCheckpoints, failed)) continue;
      store::import_run(planner, *run);
      copy_whole(there.string() + kCheckpoints, checkpoints_ / (identity + kCheckpoints));
    } catch (const InputError& error) { notes.push_back(std::string(error.what()) + "; the run starts over"); }
  }
  for (const auto& base : StudyFolder::files(folder_.checkpoints(), kCheckpoints)) {
    if (base.filename().string().rfind(kBase, 0) == 0) copy_changed(base, checkpoints_ / base.filename());
  }
  has_left_ = false;  // what is here already is no step forward
  return notes;
}

void Carrier::fetch_finished(store::Planner planner, std::vector<std::string>& notes) {
  for (const auto& file : folder_.finished()) {
    std::vector<store::RunRecord> records;
    try {
      std::ifstream stream(file, std::ios::binary);
      exchange::read_runs(stream, file.string(),
                          {[](const store::StudyRecord&) {},
                           [&](store::RunRecord&& record) {
                             record.ties.clear();  // planning gives the runs their places
                             if (identities_.count(record.identity) > 0) records.push_back(std::move(record));
                           }});
    } catch (const InputError& error) {
      notes.push_back(std::string(error.what()) + "; its runs are made again");
      continue;
    }
    exchange::Importer importer(planner);
    for (auto& record : records) {
      left_.insert(record.identity);
      importer.run(std::move(record));
    }
    importer.finish();
  }
}

void Carrier::leave(const store::Reader& reader) {
  std::vector<Known> finished, going_on;
  for (const auto& row :
       reader.query("SELECT id, identity, status, coalesce(error, '') FROM run WHERE status <> 'queued' ORDER BY id").rows) {
    const Known run{std::stoll(row[0]), row[1], row[2], row[3]};
    const bool result = run.status == "completed" || run.status == "diverged";
    if (!result) going_on.push_back(run);
    else if (left_.count(run.identity) == 0) finished.push_back(run);
  }
  if (!finished.empty()) leave_finished(reader, finished);
  for (const auto& run : going_on) leave_progress(reader, run);
  for (const auto& base : StudyFolder::files(checkpoints_, kCheckpoints)) {
    if (base.filename().string().rfind(kBase, 0) == 0) copy_changed(base, folder_.checkpoints() / base.filename());
  }
}

void Carrier::leave_finished(const store::Reader& reader, const std::vector<Known>& runs) {
  exchange::Selection selection;
  for (const auto& run : runs) selection.runs.push_back(run.run);
  for (const auto& adapter : StudyFolder::files(checkpoints_, kAdapters)) copy_changed(adapter, folder_.checkpoints() / adapter.filename());
  folder_.leave(writer_, [&](std::ostream& stream) { exchange::export_runs(reader, selection, stream); });
  has_left_ = true;
  for (const auto& run : runs) {
    left_.insert(run.identity);
    std::error_code ignored;  // what stays is not looked at any more
    for (const char* of_progress : {kCheckpoints, ".rows", ".failed"})
      fs::remove(folder_.checkpoints() / (run.identity + of_progress), ignored);
  }
}

void Carrier::leave_progress(const store::Reader& reader, const Known& run) {
  const fs::path own = checkpoints_ / (run.identity + kCheckpoints), there = folder_.checkpoints() / run.identity;
  if (run.status == "failed" && failed_.count(run.identity) == 0) {
    write_failure(there.string() + ".failed", {run.identity, run.error});
    failed_.insert(run.identity);
  }
  // The worker replaces its checkpoint whole, so that a link to it stays the one that the rows are taken for.
  const fs::path still = own.string() + ".leaving";
  ::unlink(still.c_str());
  if (!changed(own) || ::link(own.c_str(), still.c_str()) != 0) return;
  const auto rows = store::unfinished_record(reader, run.run);
  if (rows) {
    write_rows(there.string() + ".rows", *rows);
    copy_whole(still, there.string() + kCheckpoints);
    stamps_[own] = stamp_of(still);
    has_left_ = true;
  }
  ::unlink(still.c_str());
}

bool Carrier::changed(const fs::path& file) const {
  const auto left = stamps_.find(file);
  const auto stamp = stamp_of(file);
  return !stamp.empty() && (left == stamps_.end() || left->second != stamp);
}

void Carrier::copy_changed(const fs::path& from, const fs::path& to) {
  if (!changed(from)) return;
  const auto stamp = stamp_of(from);
  copy_whole(from, to);
  stamps_[from] = stamp;
  has_left_ = true;
}

}  // namespace steepest::shard
