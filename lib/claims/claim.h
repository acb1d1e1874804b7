// claim.h: a claim of a paper as a file says it: a number of a study, and the values at which the claim holds.
#pragma once
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "hydra/composer.h"
#include "options/field.h"

namespace steepest::claims {

/// The values at which a claim holds, both ends included.
struct Region {
  double at_least = -std::numeric_limits<double>::infinity(), at_most = std::numeric_limits<double>::infinity();

  template <class Visitor>
  void describe(Visitor& visit) {
    using options::field;
    visit(field("at_least", at_least).help("the smallest value at which the claim holds"));
    visit(field("at_most", at_most).help("the largest value at which the claim holds"));
  }
};

/// experiments/claims/NAME.yaml. Beside these keys it has `reported`, what the paper says, a number or text; `options` of the statistic, which
/// are those of the study's report where they are absent; and `rows`, which rows of the statistic the claim is about: keys of results::to_json
/// with the values that they must have, sections within sections; or a list of such, of which one must fit. All rows, if it is absent. The claim
/// has to hold in each.
struct Claim {
  std::string name;
  std::string statement, source, protocol, study, statistic, value;
  std::int64_t seeds = 6;
  Region holds;
  nlohmann::json reported, options, rows;
  std::string file;  ///< for messages

  template <class Visitor>
  void describe(Visitor& visit) {
    using options::field;
    visit(field("statement", statement).required().help("what is claimed, in a sentence"));
    visit(field("source", source).required().help("the paper, and where in it"));
    visit(field("protocol", protocol).help("what of the protocol is a guess, where the paper leaves it unsaid"));
    visit(field("study", study).required().help("whose runs decide"));
    visit(field("statistic", statistic).required().help("the statistic that the number is of"));
    visit(field("value", value).required().help("the number in each of its rows, by a dotted path such as regret.gap"));
    visit(field("seeds", seeds).at_least(0).help("so many are needed for a verdict; 0: the number depends on none"));
    visit(field("holds", holds).required().help("the values at which the claim holds"));
  }
};

/// The names of the files, sorted.
std::vector<std::string> claim_names(const hydra::Composer& composer);

/// Throws InputError with file and line for an unknown name (with the nearest), key, statistic or study, and for values that are none.
Claim read_claim(const hydra::Composer& composer, const std::string& name);

}  // namespace steepest::claims
