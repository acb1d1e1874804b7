// evaluate.h: claims against what is stored.
#pragma once
#include <string>
#include <vector>

#include "claims/judge.h"
#include "store/reader.h"

namespace steepest::claims {

/// A claim with its verdict.
struct Judged {
  Claim claim;
  std::string scale;       ///< of the study's runs; empty: there are none
  bool synthetic = false;  ///< some runs read the synthetic corpus, which decides nothing
  bool mixed = false;      ///< some cells take runs of several kinds of machines together
  Judgement judgement;
};

/// Each in turn. `scale`: of every study; empty: `paper` where a study has runs at it, else the scale planned last. Without a reader, or
/// without runs of a study at the scale, its claims are not run; nor are those whose statistic the study does not have at this scale, which say
/// why. Throws InputError with the claim's file for a number that the statistic's rows do not have.
std::vector<Judged> evaluate(const std::vector<Claim>& claims, const store::Reader* reader, const std::string& scale);

}  // namespace steepest::claims
