// defaults_item.h: one entry of a defaults list and the rules by which it names a file and a place (package).
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "hydra/tree.h"

namespace steepest::hydra {

/// `group: option` (with keywords `optional`, `override` and `group@package`), or a file by its path, or `_self_`.
/// Once its parent is known, it says where its file is and where its content goes. Mirrors Hydra's default_element.py.
struct DefaultsItem {
  bool is_group = false;
  std::string name;                  ///< the group, or the path of a file
  std::vector<std::string> options;  ///< the chosen option; several for `group: [a, b]`
  bool is_null = false;              ///< `group: null`
  bool is_list = false;              ///< `group: [...]`
  std::optional<std::string> package;
  std::optional<std::string> header;  ///< the package that the file's own header asks for
  bool optional = false, override = false, appended = false, primary = false, removed = false;
  std::optional<std::string> parent_folder, parent_package;
  Origin origin;

  bool is_self() const;
  bool is_missing() const;
  bool is_interpolation() const;
  /// The option or file name; nothing for `group: null`.
  std::optional<std::string> option() const;
  std::string group_path() const;
  std::string file_path() const;
  /// Where the content goes, dotted; "" is the root.
  std::string final_package(bool with_header = true) const;
  /// `group`, or `group@package` where the package is not the group's own: how overrides name this item.
  std::string override_key() const;
  void set_parent(const std::string& folder, const std::string& package);
  void set_header(const std::optional<std::string>& header);
};

/// The entries of a file's `defaults:` list. Throws InputError with file and line.
std::vector<DefaultsItem> read_defaults(const Node& list);

}  // namespace steepest::hydra
