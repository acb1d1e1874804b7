// hydra_words.h: what users of Hydra type by habit, and what serves here in its place.
#pragma once
#include <string>
#include <vector>

namespace steepest::app {

/// Throws InputError if a word is an option of Hydra's command line that this program does not have: -m, --multirun, --cfg, -cp, ...
void refuse_hydra_option(const std::string& word);

/// Throws InputError if one of the overrides sets what stands below `hydra` in Hydra's own programs: hydra.run.dir=..., hydra/launcher=...
void refuse_hydra_settings(const std::vector<std::string>& overrides);

}  // namespace steepest::app
