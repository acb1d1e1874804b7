// importer.h: finished runs of elsewhere are put into a database, in transactions of moderate size.
#pragma once
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "store/import_run.h"

namespace steepest::exchange {

/// What became of the runs.
struct Received {
  std::int64_t added = 0;                      ///< were not here
  std::int64_t replaced = 0;                   ///< were here without a result
  std::int64_t present = 0;                    ///< were here already
  std::int64_t studies = 0;                    ///< studies that were not here
  std::vector<std::string> findings;           ///< one line each: results that differ, runs that a worker holds
  std::map<std::string, std::int64_t> untied;  ///< runs that came without their place in a study, by study

  std::int64_t runs() const { return added + replaced + present + static_cast<std::int64_t>(findings.size()); }
};

/// Takes studies, then runs. A run that is here with a result stays as it is; one that is here without takes the result, unless a
/// worker holds it. Places in a study are taken over where the study is new here or has the same definition, where no other run has
/// that place (the same cell and seed), and where the cell's runs are of the same configuration but for the seed. A kill leaves whole runs only; taking everything in again continues.
class Importer {
 public:
  explicit Importer(store::Planner planner) : planner_(planner) {}
  void study(const store::StudyRecord& record);
  void run(store::RunRecord&& record);
  /// Writes what is pending.
  Received finish();

 private:
  struct Study {
    std::int64_t id = 0;
    bool same = true;
    bool fresh = false;
  };
  void write_pending();
  void tie(std::int64_t run, const store::RunRecord& record);
  bool has_place(const Study& study, const store::TieRecord& tie, const store::RunRecord& record, std::int64_t run);

  store::Planner planner_;
  std::vector<store::StudyRecord> new_studies_;
  std::vector<store::RunRecord> pending_;
  std::size_t pending_rows_ = 0;
  std::map<std::string, Study> studies_;
  struct Cell {
    std::string stands_for;                      ///< the identity of its runs but for the seed
    std::map<std::int64_t, std::int64_t> seeds;  ///< with the run of each
  };
  std::map<std::pair<std::int64_t, std::string>, std::map<std::string, Cell>> cells_;  ///< of study and scale
  Received received_;
};

}  // namespace steepest::exchange
