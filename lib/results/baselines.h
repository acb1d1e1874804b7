// baselines.h: which cell each cell of a study is compared with.
#pragma once
#include <map>
#include <string>
#include <vector>

namespace steepest::results {

/// What each cell is compared with, both by their texts.
using Baselines = std::map<std::string, std::string>;

/// For every cell (canonical JSON) the cell that has the values of `words`, each KEY=VALUE, in place of its own; keys that only one of the two has
/// are passed over. A cell for which the study has no such cell is left out. Throws options::InputError, with the keys or values that there are
/// and the nearest, for a key that is not swept, a value that no cell has, and if no cell is compared with another; `asked_in` is what it names
/// as the place of the words.
Baselines baselines_against(const std::vector<std::string>& cells, const std::vector<std::string>& words,
                            const std::string& asked_in = "--against");

}  // namespace steepest::results
