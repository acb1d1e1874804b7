// value_override.h: applying `a.b=v`, `+a.b=v`, `++a.b=v` and `~a.b` to a composed tree.
#pragma once
#include <string>
#include <vector>

#include "hydra/override_grammar.h"
#include "hydra/tree.h"

namespace steepest::hydra {

/// Throws InputError: an unknown key (with the keys that are there, or `groups` at the root, and the nearest), adding a key
/// that exists, removing one that does not.
void apply_override(Node& root, const Override& override, const std::vector<std::string>& groups);

}  // namespace steepest::hydra
