// along.h: the cells of a study that differ in one swept key alone, side by side.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "results/study.h"

namespace steepest::results {

/// A combination of the other swept keys, and its cells by the value of the one.
struct Along {
  nlohmann::json keys;
  std::map<double, const Cell*> cells;  ///< of the study, which must outlive this
};

/// Combinations in the order of the study. Throws options::InputError, with `option` as its key, where the study does not sweep numbers of
/// `key`.
std::vector<Along> along(const Study& study, const std::string& key, const std::string& option);

}  // namespace steepest::results
