// yaml_tree.h: a YAML file as a configuration tree, read as OmegaConf's loader reads it.
#pragma once
#include <optional>
#include <string>

#include "hydra/tree.h"

namespace steepest::hydra {

/// A parsed file.
struct YamlFile {
  Node tree;                           ///< a map or a list; an empty file is an empty map
  std::optional<std::string> package;  ///< the header `# @package NAME`
};

/// Reads the text of a file. `shown` is its name in messages. Throws InputError: malformed YAML, a single value, a key given
/// twice (both lines are named), nesting or size beyond any sane configuration.
YamlFile parse_yaml(const std::string& text, const std::string& shown);

}  // namespace steepest::hydra
