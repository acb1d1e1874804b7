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
  Judgement judgement;
};

/// Each in turn. `scale`: of every study; empty: `paper` where a study has runs at it, else the scale planned last. Without a reader, or
/// without runs of a study at the scale, its claims are not run. Throws InputError with the claim's file where it asks for what its study does
/// not have.
std::vector<Judged> evaluate(const std::vector<Claim>& claims, const store::Reader* reader, const std::string& scale);

}  // namespace steepest::claims
