// run_watch.h: notices which runs of a study have ended since one last looked, and keeps their cells' statistics.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "store/database.h"

namespace steepest::sweep {

class RunWatch {
 public:
  /// Runs that have ended already are not news.
  RunWatch(store::Database& database, std::int64_t study, std::string scale);

  struct RunEnded {
    std::string line;  ///< `[7/24] completed  model.rank=8 seed=1  validation_loss 1.8751  52 s`
    store::RunStatus status;
  };
  /// What has ended since the last call; reads runs only when the counts of `progress` have changed. Stores the statistics
  /// of cells that have become complete.
  std::vector<RunEnded> news(const store::Progress& progress);

 private:
  void read();
  std::string line(const store::RunSummary& run, std::int64_t number, std::int64_t total) const;
  store::Database& database_;
  std::int64_t study_;
  std::string scale_;
  std::map<std::int64_t, store::RunSummary> known_;
  std::int64_t ended_ = -1;
};

}  // namespace steepest::sweep
