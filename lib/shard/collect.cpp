// collect.cpp: see collect.h.
#include "shard/collect.h"

#include <fstream>
#include <set>

#include "exchange/importer.h"
#include "exchange/run_file.h"
#include "options/error.h"
#include "shard/progress.h"
#include "store/import_run.h"
#include "sweep/statistics.h"

namespace steepest::shard {
namespace {

namespace fs = std::filesystem;
using options::InputError;

constexpr const char* kCollected = "collected";  // the event's kind

/// As an event names it: without the folders above, which are of one machine.
std::string mark_of(const fs::path& file) { return (file.parent_path().filename() / file.filename()).string(); }

std::set<std::string> collected_files(const store::Reader& reader) {
  std::set<std::string> files;
  for (const auto& row : reader.query(std::string("SELECT message FROM event WHERE kind = '") + kCollected + "'").rows)
    files.insert(row[0]);
  return files;
}

/// The studies that the file's runs belong to.
std::set<std::string> take(store::WritableFile& database, const fs::path& file, Collected& collected) {
  std::set<std::string> studies;
  std::ifstream stream(file, std::ios::binary);
  exchange::check_runs(stream, file.string());
  stream.clear();
  stream.seekg(0);
  exchange::Importer importer(database.planner());
  exchange::read_runs(stream, file.string(),
                      {[&](const store::StudyRecord& study) {
                         studies.insert(study.name);
                         importer.study(study);
                       },
                       [&](store::RunRecord&& run) { importer.run(std::move(run)); }});
  const auto received = importer.finish();
  collected.finished += received.added + received.replaced;
  collected.notes.insert(collected.notes.end(), received.findings.begin(), received.findings.end());
  // What was left alone is looked at again the next time.
  if (received.findings.empty()) database.recorder().event(std::nullopt, kCollected, mark_of(file));
  return studies;
}

}  // namespace

bool has_news(const store::Reader& reader, const StudyFolder& folder) {
  const auto known = collected_files(reader);
  for (const auto& file : folder.finished()) {
    if (known.count(mark_of(file)) == 0) return true;
  }
  return !StudyFolder::files(folder.checkpoints(), ".failed").empty();
}

Collected collect(store::WritableFile& database, const StudyFolder& folder, const fs::path& checkpoints) {
  Collected collected;
  std::set<std::string> studies;
  const auto known = collected_files(database.reader());
  // Adapters first: a result that is here has its adapter.
  for (const auto& adapter : StudyFolder::files(folder.checkpoints(), ".safetensors")) {
    std::error_code failed;
    fs::create_directories(checkpoints, failed);
    if (!fs::exists(checkpoints / adapter.filename(), failed)) copy_whole(adapter, checkpoints / adapter.filename());
  }
  for (const auto& file : folder.finished()) {
    if (known.count(mark_of(file)) > 0) continue;
    try {
      studies.merge(take(database, file, collected));
    } catch (const InputError& error) { collected.notes.push_back(error.what()); }
  }
  for (const auto& file : StudyFolder::files(folder.checkpoints(), ".failed")) {
    try {
      const auto failure = read_failure(file);
      collected.failed += store::import_failure(database.planner(), failure.identity, failure.error) ? 1 : 0;
    } catch (const InputError& error) { collected.notes.push_back(error.what()); }
  }
  for (const auto& name : studies) {
    const auto study = database.reader().study_id(name);
    for (const auto& scale : database.reader().study_scales(*study)) sweep::update_statistics(database.recorder(), *study, scale);
  }
  return collected;
}

}  // namespace steepest::shard
