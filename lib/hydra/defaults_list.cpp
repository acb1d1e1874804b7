// defaults_list.cpp: Hydra 1.3's algorithm (defaults_list.py): the tree of defaults is built last entry first, so that an
// `override` further down is known before the entry it changes.
#include "hydra/defaults_list.h"

#include <algorithm>
#include <set>

#include "hydra/defaults_item.h"
#include "hydra/interpolation.h"
#include "options/error.h"
#include "options/valid_text.h"

namespace steepest::hydra {
namespace {

using options::InputError;

struct TreeNode {
  DefaultsItem item;
  std::vector<TreeNode> children;
};

/// A choice that replaces an option of the defaults list: from the command line or from an `override` entry.
struct Choice {
  DefaultsItem item;
  bool external = false;
  bool used = false;
};

struct Removal {
  std::string option;
  bool any = false, used = false;
  std::string line;
  Source source;
};

class Builder {
 public:
  Builder(const ConfigFiles& files, const std::vector<Override>& choices) : files_(files) {
    for (const Override& override : choices) sort_in(override);
  }

  DefaultsList build(const std::string& config_name) {
    DefaultsItem primary;
    primary.name = config_name;
    primary.primary = true;
    primary.set_parent("", "");
    const YamlFile* file = files_.load(config_name);
    if (!file) {
      const std::vector<std::string> roots = files_.list("", false);
      const std::string valid = roots.empty() ? "" : "--config-name with one of " + options::list_text(roots);
      throw InputError({"", "there is no such root file", valid, "", files_.shown(config_name), 0});
    }
    primary.origin = {file->tree.origin.file, 0};
    TreeNode root{primary, {}};
    expand(root, false, 0);
    collect(root, root);
    check_all_used();
    return std::move(result_);
  }

 private:
  void sort_in(const Override& override) {
    const nlohmann::json* value = override.json();
    const std::string key = override.place();
    if (override.kind == Override::Kind::force_add) throw override.error("++ cannot choose an option of a group", "+" + key + "=option");
    if (override.kind == Override::Kind::remove) {
      Removal removal;
      removal.any = !value || value->is_null();
      removal.line = override.text();
      removal.source = override.source;
      if (!removal.any) {
        if (!value->is_string()) throw override.error("the option to remove must be text");
        removal.option = value->get<std::string>();
      }
      removals_[key] = removal;
      return;
    }
    DefaultsItem item;
    item.is_group = true;
    item.name = override.key;
    item.package = override.package == "_here_" ? "" : override.package;
    item.origin = Origin::of(override.source);
    if (value->is_string()) {
      item.options = {value->get<std::string>()};
    } else if (value->is_array()) {
      item.is_list = true;
      for (const auto& option : *value) {
        if (!option.is_string()) throw override.error("an option must be text", options_text(override.key));
        item.options.push_back(option.get<std::string>());
      }
    } else {
      const std::string hint = value->is_null() ? " (remove the group with ~" + key + ")" : "";
      throw override.error("found " + options::quoted(*value) + " as the option of a group" + hint, options_text(override.key));
    }
    if (override.kind == Override::Kind::add) {
      item.appended = true;
      appended_.push_back(item);
    } else {
      choices_[key] = {item, true, false};
    }
  }

  [[noreturn]] static void fail(const DefaultsItem& item, const std::string& problem, const std::string& valid = "",
                                const std::string& nearest = "") {
    const Source source = item.origin.source();
    throw InputError({"defaults", problem, valid, nearest, source.file, source.line, source.column});
  }
  std::string options_text(const std::string& group) const { return options::one_of_text(files_.list(group, false)); }

  [[noreturn]] void fail_not_found(const DefaultsItem& item) const {
    const Source source = item.origin.source();
    InputError::Parts parts;
    parts.file = source.file;
    parts.line = source.line;
    parts.column = source.column;
    parts.key = item.is_group ? item.override_key() : "defaults";
    parts.problem = "there is no " + files_.shown(item.file_path());
    const std::vector<std::string> known = files_.list(item.group_path(), false);
    if (!known.empty()) parts.valid = options::one_of_text(known);
    parts.nearest = options::nearest_name(item.option().value_or(""), known);
    throw InputError(std::move(parts));
  }

  void note_choice(const DefaultsItem& item) {
    if (!item.is_group) return;
    const std::string key = item.override_key(), option = item.option().value_or("null");
    const auto [known, added] = result_.choices.emplace(key, option);
    if (!added && known->second != option) {
      fail(item, key + " is chosen twice, as " + known->second + " and as " + option,
           "`override " + key + ": " + known->second + "` in the file that decides");
    }
    keys_of_group_[item.group_path()].insert(key);
  }

  bool remove(DefaultsItem& item) {
    if (!item.is_group) return false;
    const auto found = removals_.find(item.override_key());
    if (found == removals_.end()) return false;
    if (!found->second.any && item.option() != found->second.option) return false;
    found->second.used = true;
    item.removed = true;
    return true;
  }

  /// Adds the children that the item's own file asks for.
  void expand(TreeNode& node, bool interpolated, int depth) {
    DefaultsItem& parent = node.item;
    if (depth > kDeepest) fail(parent, "defaults that include each other without end");
    const YamlFile* file = parent.is_null || parent.is_missing() ? nullptr : files_.load(parent.file_path());
    if (file) parent.set_header(file->package);
    if (remove(parent)) return;
    note_choice(parent);
    if (parent.is_null) return;
    if (parent.is_missing()) {
      if (!parent.is_group) fail(parent, "??? stands for an option of a group, not for a file");
      fail(parent, "an option of " + parent.override_key() + " must be given", options_text(parent.group_path()));
    }
    if (!file) {
      if (!parent.optional) fail_not_found(parent);
      parent.removed = true;
      return;
    }

    const Node* list = file->tree.find("defaults");
    std::vector<DefaultsItem> items = list ? read_defaults(*list) : std::vector<DefaultsItem>();
    if (!items.empty() || (parent.primary && !appended_.empty())) add_self(parent, items);
    if (parent.primary) items.insert(items.end(), appended_.begin(), appended_.end());
    read_overrides(parent, items, interpolated);

    for (auto item = items.rbegin(); item != items.rend(); ++item) {
      if (item->is_self()) {
        item->set_parent(*parent.parent_folder, "");
        node.children.push_back({*item, {}});
      } else if (!item->override) {
        add_child(node, *item, interpolated, depth);
      }
    }
    resolve_deferred(node, items, depth);
    std::reverse(node.children.begin(), node.children.end());
  }

  static void add_self(const DefaultsItem& parent, std::vector<DefaultsItem>& items) {
    int selves = 0;
    for (const DefaultsItem& item : items) selves += item.is_self();
    if (selves > 1) fail(parent, "_self_ is given twice");
    if (selves == 1) return;
    DefaultsItem self;
    self.name = "_self_";
    items.push_back(self);
  }

  void read_overrides(const DefaultsItem& parent, std::vector<DefaultsItem>& items, bool interpolated) {
    bool seen = false;
    for (DefaultsItem& item : items) {
      if (item.is_self()) continue;
      item.set_parent(parent.group_path(), parent.final_package());
      if (seen && !item.override && !item.appended) fail(item, "entries with override must come last", "move this entry before them");
      if (!item.is_group || !item.override) continue;
      seen = true;
      if (interpolated) fail(item, "a file that was chosen by an interpolation cannot override other choices");
      choices_.emplace(item.override_key(), Choice{item, false, false});  // the first one, from outside, wins
    }
  }

  void add_child(TreeNode& node, DefaultsItem item, bool interpolated, int depth) {
    const DefaultsItem& parent = node.item;
    item.set_parent(parent.group_path(), parent.final_package());
    if (item.is_group) {
      const auto chosen = choices_.find(item.override_key());
      if (chosen != choices_.end()) {
        item.options = chosen->second.item.options;
        item.is_list = chosen->second.item.is_list;
        item.is_null = chosen->second.item.is_null;
        item.origin = chosen->second.item.origin;
        chosen->second.used = true;
      }
    }
    if (item.is_list) {
      for (auto option = item.options.rbegin(); option != item.options.rend(); ++option) {
        if (option->find("${") != std::string::npos) fail(item, "an interpolation within a list of options");
        DefaultsItem single;
        single.name = item.name + "/" + *option;
        single.package = item.package;
        single.optional = item.optional;
        single.origin = item.origin;
        single.set_parent(parent.group_path(), parent.final_package());
        node.children.push_back({single, {}});
        expand(node.children.back(), interpolated, depth + 1);
      }
      return;
    }
    node.children.push_back({item, {}});
    if (!item.is_interpolation()) expand(node.children.back(), interpolated, depth + 1);
  }

  /// `${group}` in an entry names the option chosen for that group, known once all other entries are expanded.
  void resolve_deferred(TreeNode& node, const std::vector<DefaultsItem>&, int depth) {
    const DefaultsItem& parent = node.item;
    Node choices = Node::make_map(parent.origin);
    for (const auto& [key, option] : result_.choices) { choices.entries.push_back({key, Node::make_scalar(option, parent.origin)}); }
    for (TreeNode& child : node.children) {
      DefaultsItem& item = child.item;
      if (item.is_self() || !item.is_interpolation()) continue;
      if (item.is_group) item.options = {resolve_text(item.options[0], choices, item.origin)};
      else item.name = resolve_text(item.file_path(), choices, item.origin);
      item.set_parent(parent.group_path(), parent.final_package());
      expand(child, true, depth + 1);
    }
  }

  /// The files in order: leaves from left to right, `_self_` standing for the file it is in.
  void collect(const TreeNode& node, const TreeNode& parent) {
    for (const TreeNode& child : node.children) collect(child, node);
    if (!node.children.empty()) return;
    const DefaultsItem& item = node.item;
    if (item.removed || item.is_null || item.is_missing()) return;
    if (item.is_self()) {
      result_.parts.push_back({parent.item.file_path(), parent.item.final_package()});
      return;
    }
    if (item.is_group && !collected_.insert(item.override_key()).second) {
      fail(item, item.override_key() + " appears more than once in the defaults");
    }
    result_.parts.push_back({item.file_path(), item.final_package()});
  }

  void check_all_used() const {
    for (const auto& [key, choice] : choices_) {
      if (choice.used) continue;
      const std::string group = key.substr(0, key.find('@'));
      const auto known = keys_of_group_.find(group);
      InputError::Parts parts;
      const Source source = choice.item.origin.source();
      parts.file = source.file;
      parts.line = source.line;
      parts.column = source.column;
      parts.key = key;
      parts.problem = "is not in the defaults, so that there is nothing to override";
      if (known != keys_of_group_.end()) parts.valid = options::one_of_text({known->second.begin(), known->second.end()});
      else if (choice.external) parts.valid = "+" + key + "=option, which adds it";
      throw InputError(std::move(parts));
    }
    for (const auto& [key, removal] : removals_) {
      if (removal.used) continue;
      std::vector<std::string> known;
      for (const auto& choice : result_.choices) known.push_back(choice.first + "=" + choice.second);
      throw InputError({removal.line, "nothing of that name is in the defaults", options::one_of_text(known), "", removal.source.file,
                        removal.source.line, removal.source.column});
    }
  }

  const ConfigFiles& files_;
  DefaultsList result_;
  std::map<std::string, Choice> choices_;
  std::vector<DefaultsItem> appended_;
  std::map<std::string, Removal> removals_;
  std::map<std::string, std::set<std::string>> keys_of_group_;
  std::set<std::string> collected_;
};

}  // namespace

bool is_choice(const ConfigFiles& files, const Override& override) {
  const nlohmann::json* value = override.json();
  return files.group_exists(override.key) && !(value && value->is_object());
}

DefaultsList make_defaults_list(const ConfigFiles& files, const std::string& config_name, const std::vector<Override>& choices) {
  return Builder(files, choices).build(config_name);
}

}  // namespace steepest::hydra
