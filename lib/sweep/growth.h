// growth.h: a study of growing grids, as far as the results of its runs let it grow.
#pragma once
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "store/reader.h"
#include "study/study.h"

namespace steepest::sweep {

/// A row whose best rate is the last one that the limits of its grid allow.
struct LimitReached {
  nlohmann::json row;  ///< the swept keys but the rate
  double rate;
};

struct Grown {
  std::vector<study::PlannedRun>
      runs;  ///< all that are asked for by now: the study's own, and behind them what it grew by, in the order of the sweep
  std::vector<LimitReached> limits;
  bool judged = true;  ///< every row that may grow has all its results
};

/// The result of the run of an identity: a diverged one's is +infinity; empty: it has none yet, or failed.
using OutcomeOf = std::function<std::optional<double>(const std::string& identity)>;

/// A row is what is swept but the rate. Where all its runs have results and its best rate (lowest mean over seeds, stats::best_rate) is the
/// smallest or largest of its rates, the next one beyond is asked for, and so on until the best one lies between others, the limits are
/// reached, or a result is missing. Where nothing but divergence was seen, the next lower one is. What comes out follows from the results
/// alone, however often it is asked in between.
Grown grown(const study::Study& study, const OutcomeOf& outcome);

/// By what is stored of the runs, in whichever study they were made. `reader`: empty where no file exists yet.
Grown grown(const study::Study& study, const std::optional<store::Reader>& reader);

}  // namespace steepest::sweep
