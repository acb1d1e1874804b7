// defaults_list.h: which files make up a configuration, in which order and at which place.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "hydra/config_files.h"
#include "hydra/override_grammar.h"

namespace steepest::hydra {

/// One file to merge. `package`: where its content goes.
struct ConfigPart {
  std::string file;
  std::string package;
};

struct DefaultsList {
  std::vector<ConfigPart> parts;               ///< in the order of merging: later ones win
  std::map<std::string, std::string> choices;  ///< `group` or `group@package` -> option, as chosen
};

/// Whether an override chooses options of a group, or removes it; others change values.
bool is_choice(const ConfigFiles& files, const Override& override);

/// Expands the defaults list of `config_name` under such choices. Throws InputError.
DefaultsList make_defaults_list(const ConfigFiles& files, const std::string& config_name, const std::vector<Override>& choices);

}  // namespace steepest::hydra
