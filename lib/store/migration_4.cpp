// migration_4.cpp: from schema version 3 to version 4.
#include <SQLiteCpp/SQLiteCpp.h>

#include <set>
#include <stdexcept>

#include "store/migrations.h"

namespace steepest::store {
namespace {

// Identities that survive growth: what decides is apart from what only looks (`observes`), numerics have a version a component. A finished
// run that is made again to be looked at more often keeps what it had (`earlier`) while its new rows are staged.
constexpr const char* kToVersion4 = R"sql(
ALTER TABLE run ADD COLUMN family TEXT NOT NULL DEFAULT '';
ALTER TABLE run ADD COLUMN numerics TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(numerics));
ALTER TABLE run ADD COLUMN observes TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(observes));
ALTER TABLE run ADD COLUMN earlier TEXT CHECK (earlier IS NULL OR json_valid(earlier));
ALTER TABLE run ADD COLUMN former_identity TEXT;

CREATE TABLE staged_metric (
  run_id  INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  name    TEXT NOT NULL,
  step    INTEGER NOT NULL,
  value   REAL,
  PRIMARY KEY (run_id, name, step)
) STRICT, WITHOUT ROWID;

CREATE TABLE staged_spectrum (
  run_id    INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  matrix    TEXT NOT NULL,
  step      INTEGER NOT NULL,
  position  INTEGER NOT NULL,
  value     REAL,
  PRIMARY KEY (run_id, matrix, step, position)
) STRICT, WITHOUT ROWID;
)sql";

/// Gives every run the identity that it has now. Two that differed by how often they were looked at are one by now: the one that has a
/// result, and of those the one that was looked at most, takes the identity; the others stay as they are, runs of their version of the suite.
void renew_runs(SQLite::Database& database, const Renewal& renewal) {
  std::vector<std::int64_t> runs;
  SQLite::Statement by_result(database,
                              "SELECT id FROM run ORDER BY status IN ('completed', 'diverged') DESC, "
                              "(SELECT count(*) FROM metric WHERE run_id = run.id) DESC, id");
  while (by_result.executeStep()) runs.push_back(by_result.getColumn(0).getInt64());
  if (!runs.empty() && !renewal) throw std::logic_error("a file with runs of schema 3 is upgraded by who can renew their identities");

  SQLite::Statement row(database, "SELECT identity, config, numerics_version FROM run WHERE id = ?");
  SQLite::Statement put(database,
                        "UPDATE run SET identity = ?2, family = ?3, numerics = ?4, observes = ?5, flops = coalesce(?6, flops), "
                        "former_identity = nullif(identity, ?2) WHERE id = ?1");
  std::set<std::string> taken;
  for (const auto run : runs) {
    row.bind(1, run);
    row.executeStep();
    const std::string identity = row.getColumn(0).getString();
    const int version = row.getColumn(2).getInt();
    RenewedRun renewed = renewal(identity, nlohmann::json::parse(row.getColumn(1).getString()), version);
    row.reset();
    if (!taken.insert(renewed.identity).second) {
      renewed.identity = identity;
      renewed.numerics = {{"suite", version}};
    }
    put.bind(1, run);
    put.bind(2, renewed.identity);
    put.bind(3, renewed.family);
    put.bind(4, renewed.numerics.dump());
    put.bind(5, renewed.observes.dump());
    if (renewed.flops) put.bind(6, *renewed.flops);
    else put.bind(6);
    put.exec();
    put.reset();
  }
}

}  // namespace

Migration migration_to_4() { return {4, kToVersion4, renew_runs, "ALTER TABLE run DROP COLUMN numerics_version"}; }

}  // namespace steepest::store
