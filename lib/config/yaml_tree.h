// yaml_tree.h: a YAML file as a configuration tree, read as OmegaConf's loader reads it.
#pragma once
#include <filesystem>
#include <optional>
#include <string>

#include "config/tree.h"

namespace steepest::config {

/// A parsed file.
struct YamlFile {
  Node tree;                           ///< always a map; an empty file is an empty map
  std::optional<std::string> package;  ///< the header `# @package NAME`
};

/// Reads a file. `shown` is its name in messages. Throws InputError: unreadable, malformed YAML, not a map, a key given
/// twice (both lines are named), nesting or size beyond any sane configuration.
YamlFile read_yaml(const std::filesystem::path& file, const std::string& shown);

/// The same for text in memory.
YamlFile parse_yaml(const std::string& text, const std::string& shown);

}  // namespace steepest::config
