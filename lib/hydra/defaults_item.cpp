// defaults_item.cpp: paths and packages of defaults-list entries, after Hydra 1.3's default_element.py.
#include "hydra/defaults_item.h"

#include <algorithm>
#include <sstream>

#include "options/error.h"
#include "options/valid_text.h"

namespace steepest::hydra {
namespace {

constexpr const char* kForms =
    "`group: option`, `group@package: option`, `optional group: option`, `override group: option`, a file name, `_self_`";

[[noreturn]] void fail(const Origin& origin, const std::string& problem, const std::string& valid = "") {
  throw options::InputError({"defaults", problem, valid, "", origin.source().file, origin.line, origin.column});
}

std::string without_slash(const std::string& path) { return path.rfind('/', 0) == 0 ? path.substr(1) : path; }

std::string dotted(std::string path) {
  std::replace(path.begin(), path.end(), '/', '.');
  return path;
}

/// `name@package:rename` into its parts; the rename was dropped from Hydra and is ignored there too.
void split_package(const std::string& text, DefaultsItem& item) {
  const std::size_t at = text.find('@');
  item.name = text.substr(0, at);
  if (at == std::string::npos) return;
  item.package = text.substr(at + 1);
  item.package = item.package->substr(0, item.package->find(':'));
}

DefaultsItem read_item(const Node& node) {
  DefaultsItem item;
  item.origin = node.origin;
  if (node.is_string()) {
    split_package(node.text(), item);
    if (item.name.empty()) fail(node.origin, "an empty entry", kForms);
    if (item.is_self() && item.package) fail(node.origin, "_self_ takes no package");
    if (item.package == "_here_") item.package = "";
    return item;
  }
  if (!node.is_map() || node.entries.size() != 1) {
    fail(node.origin, "found " + options::quoted(node.to_json()) + (node.is_map() ? ", which must have exactly one key" : ""), kForms);
  }
  item.is_group = true;
  item.origin = node.entries[0].second.origin;
  split_package(node.entries[0].first, item);
  std::istringstream words(item.name);
  std::vector<std::string> parts;
  for (std::string word; words >> word;) parts.push_back(word);
  if (parts.empty()) fail(item.origin, "an entry without a group", kForms);
  for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
    if (parts[i] == "optional") item.optional = true;
    else if (parts[i] == "override") item.override = true;
    else break;
  }
  item.name = parts.back();
  if (item.package == "_here_") item.package = "";

  const Node& value = node.entries[0].second;
  if (value.is_null()) {
    item.is_null = true;
  } else if (value.is_string()) {
    item.options = {value.text()};
  } else if (value.is_list()) {
    item.is_list = true;
    for (const Node& option : value.items) {
      if (!option.is_string()) fail(item.origin, "found " + options::quoted(option.to_json()) + " in a list of options", "text");
      item.options.push_back(option.text());
    }
  } else {
    fail(item.origin, "found " + options::quoted(value.to_json()) + " as the option of " + item.name, "text, a list of text, or null");
  }
  return item;
}

}  // namespace

bool DefaultsItem::is_self() const { return is_group ? !is_list && !is_null && options[0] == "_self_" : name == "_self_"; }

bool DefaultsItem::is_missing() const {
  const auto chosen = is_list ? std::nullopt : option();
  return chosen && *chosen == "???";
}

bool DefaultsItem::is_interpolation() const {
  if (is_null || is_list) return false;
  return (is_group ? options[0] : file_path()).find("${") != std::string::npos;
}

std::optional<std::string> DefaultsItem::option() const {
  if (is_group) return is_null ? std::nullopt : std::optional(options.at(0));
  const std::size_t slash = name.rfind('/');
  return slash == std::string::npos ? name : name.substr(slash + 1);
}

std::string DefaultsItem::group_path() const {
  std::string group = without_slash(name);
  if (!is_group) {
    const std::size_t slash = group.rfind('/');
    group = slash == std::string::npos ? "" : group.substr(0, slash);
  }
  if (name.rfind('/', 0) == 0 || parent_folder->empty()) return group;
  return group.empty() ? *parent_folder : *parent_folder + "/" + group;
}

std::string DefaultsItem::file_path() const {
  if (is_group) return group_path() + "/" + option().value_or("null");
  const std::string path = without_slash(name);
  if (name.rfind('/', 0) == 0 || parent_folder->empty()) return path;
  return *parent_folder + "/" + path;
}

std::string DefaultsItem::final_package(bool with_header) const {
  std::string own;
  if (package) {
    own = *package;
  } else if (with_header && header) {
    own = *header;
  } else {
    own = without_slash(name);
    if (!is_group) own = own.rfind('/') == std::string::npos ? "" : own.substr(0, own.rfind('/'));
    own = dotted(own);
  }
  std::string result = own;
  if (!parent_package->empty()) result = own.empty() ? *parent_package : *parent_package + "." + own;
  static const std::string kGlobal = "_global_";
  const std::size_t global = result.rfind(kGlobal);
  if (global == std::string::npos) return result;
  const std::size_t after = global + kGlobal.size() + 1;
  return after < result.size() ? result.substr(after) : "";
}

std::string DefaultsItem::override_key() const {
  const std::string group = group_path();
  std::string place = final_package(false);
  if (place == dotted(group)) return group;
  return group + "@" + (place.empty() ? "_global_" : place);
}

void DefaultsItem::set_parent(const std::string& folder, const std::string& parent) {
  parent_folder = folder;
  parent_package = parent;
  if (package) {
    const std::size_t at = package->find("_group_");
    if (at != std::string::npos) *package = "_global_." + package->substr(0, at) + dotted(group_path()) + package->substr(at + 7);
  }
}

void DefaultsItem::set_header(const std::optional<std::string>& text) {
  if (!text) return;
  const bool global = *text == "_global_" || text->rfind("_global_.", 0) == 0;
  header = global ? *text : text->empty() ? "_global_" : "_global_." + *text;
}

std::vector<DefaultsItem> read_defaults(const Node& list) {
  if (!list.is_list())
    fail(list.origin, "found " + options::quoted(list.to_json()) + ", which is not a list", "a list of " + std::string(kForms));
  std::vector<DefaultsItem> items;
  for (const Node& node : list.items) items.push_back(read_item(node));
  return items;
}

}  // namespace steepest::hydra
