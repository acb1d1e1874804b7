// judge.h: whether a claim holds, from the rows of its statistic.
#pragma once
#include <array>
#include <cmath>
#include <cstdint>
#include <string>

#include "claims/claim.h"

namespace steepest::claims {

enum class Verdict { reproduced, inconclusive, not_run, not_reproduced };
constexpr auto choice_names(Verdict) { return std::array{"reproduced", "inconclusive", "not run", "not reproduced"}; }

/// The verdict, and the row that decides it: of those with the worst verdict the one whose interval comes nearest to the bounds of the claim, or
/// reaches farthest beyond.
struct Judgement {
  Verdict verdict = Verdict::not_run;
  double estimate = std::nan(""), low = std::nan(""), high = std::nan("");  ///< with the 95 % interval
  std::int64_t seeds = 0;
  std::string row;        ///< for readers; empty where there is but one
  std::int64_t rows = 0;  ///< that the claim is about
  std::string why;        ///< what keeps it from being decided; empty if nothing does
};

/// `rows`: an array, as results::to_json gives it. A row reproduces the claim if the whole interval lies where the claim holds, and does not if
/// none of it does; anything else is inconclusive, and so are fewer seeds than the claim wants, and diverged runs in a row that counts them. A
/// regret of a rate at which runs diverged is worse than any number.
/// The claim has to hold in every row. Throws InputError (key `value` or `rows`) where no row has such a number or such keys.
Judgement judge(const Claim& claim, const nlohmann::ordered_json& rows);

}  // namespace steepest::claims
