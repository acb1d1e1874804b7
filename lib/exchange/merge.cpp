// merge.cpp: see merge.h.
#include "exchange/merge.h"

#include "exchange/renewal.h"
#include "options/error.h"
#include "store/guest.h"

namespace steepest::exchange {

Received merge(const std::filesystem::path& database, const std::filesystem::path& other) {
  std::error_code failed;
  if (!std::filesystem::exists(other, failed)) throw options::InputError("there is no file " + other.string() + " to merge");
  if (std::filesystem::equivalent(database, other, failed))
    throw options::InputError("database " + other.string() + ": a file cannot be merged with itself; name another one");
  const store::Guest guest(other, renewed);  // before ours is made or changed
  const store::Snapshot snapshot(guest.database());
  store::Database own(database, store::Access::upgrade, renewed);
  Intake intake(own);
  for (const auto& study : store::study_records(guest.database())) intake.study(study);
  for (const auto run : store::finished_runs(guest.database())) intake.run(*store::run_record(guest.database(), run));
  return intake.finish();
}

}  // namespace steepest::exchange
