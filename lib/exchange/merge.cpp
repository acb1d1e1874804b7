// merge.cpp: see merge.h.
#include "exchange/merge.h"

#include "exchange/renewal.h"
#include "options/error.h"
#include "store/file.h"
#include "store/other_file.h"
#include "store/snapshot.h"

namespace steepest::exchange {

Received merge(const std::filesystem::path& database, const std::filesystem::path& other) {
  std::error_code failed;
  if (!std::filesystem::exists(other, failed)) throw options::InputError("there is no file " + other.string() + " to merge");
  if (std::filesystem::equivalent(database, other, failed))
    throw options::InputError("database " + other.string() + ": a file cannot be merged with itself; name another one");
  const store::OtherFile theirs(other, renewed);  // before ours is made or changed
  const store::Snapshot snapshot(theirs.reader());
  store::WritableFile ours(database, store::Access::upgrade, renewed);
  Importer importer(ours.planner());
  for (const auto& study : store::study_records(theirs.reader())) importer.study(study);
  for (const auto run : store::finished_runs(theirs.reader())) importer.run(*store::run_record(theirs.reader(), run));
  return importer.finish();
}

}  // namespace steepest::exchange
