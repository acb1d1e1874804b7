// baselines.h: which cell each cell of a study is compared with.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "store/database.h"

namespace steepest::report {

/// For every cell (canonical JSON) the cell that has the values of `words`, each KEY=VALUE, in place of its own; keys that only one of the two has
/// are passed over. A cell for which the study has no such cell is left out. Throws options::InputError, with the keys or values that there are
/// and the nearest, for a key that is not swept, a value that no cell has, and if no cell is compared with another.
std::map<std::string, std::string> baselines_against(const std::vector<std::string>& cells, const std::vector<std::string>& words);

/// The cell with the lowest mean among those of `statistics` that are not in `avoided` (cells with a run that diverged or has not ended); if all
/// are, among all. Empty without statistics.
std::string lowest_mean(const std::vector<store::StatisticRow>& statistics, const std::vector<std::string>& avoided);

}  // namespace steepest::report
