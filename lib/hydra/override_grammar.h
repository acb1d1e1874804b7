// override_grammar.h: Hydra's grammar of overrides.
#pragma once
#include <string>
#include <vector>

#include "hydra/override.h"

namespace steepest::hydra {

inline const Source kCommandLine = {"command line", 0};

/// Throws InputError naming the override and the place in it where it stops making sense.
Override parse_override(const std::string& line, const Source& source = kCommandLine);

/// All of one command line.
std::vector<Override> parse_overrides(const std::vector<std::string>& lines, const Source& source = kCommandLine);

/// `key` takes `value` as it is, which no grammar reads. Throws InputError where the key is malformed.
Override make_override(const std::string& key, nlohmann::json value, const Source& source);

}  // namespace steepest::hydra
