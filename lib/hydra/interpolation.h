// interpolation.h: `${a.b}`, `${.x}`, `${oc.env:NAME,default}`, by OmegaConf's rules.
#pragma once
#include <optional>
#include <string>

#include "hydra/tree.h"

namespace steepest::hydra {

/// `root` with every interpolation replaced by what it names; a value that is one whole `${...}` keeps its type. Throws
/// InputError with file and line: unknown key, a cycle, `???` left over, a malformed expression.
Node resolve(const Node& root);

/// The map or list that `value`, an interpolation somewhere in `parent`, points to; nothing if it is something else.
std::optional<Node> interpolated_container(const Node& root, const Node& parent, const Node& value);

/// The text of a defaults-list entry with `${group}` replaced from `choices`, a flat map.
std::string resolve_text(const std::string& text, const Node& choices, const Origin& origin);

}  // namespace steepest::hydra
