// composer.cpp: the parts of a configuration merged in order, overridden, and resolved.
#include "hydra/composer.h"

#include <algorithm>
#include <string_view>

#include "hydra/config_files.h"
#include "hydra/defaults_list.h"
#include "hydra/interpolation.h"
#include "hydra/merged_files.h"
#include "hydra/utf8.h"
#include "hydra/value_override.h"
#include "options/valid_text.h"

namespace steepest::hydra {
namespace {

/// The node at a dotted key, or where there is none, the nearest around it; null if that would be the root. `whole`: it is the key's own.
const Node* nearest(const Node& around, std::string_view key, bool& whole) {
  const auto look = [&](const std::string& name, const Node& child) -> const Node* {
    if (key.substr(0, name.size()) != name) return nullptr;
    whole = key.size() == name.size();
    if (whole) return &child;
    if (key[name.size()] != '.') return nullptr;
    const Node* found = nearest(child, key.substr(name.size() + 1), whole);
    return found ? found : &child;
  };
  for (const Node::Entry& entry : around.entries) {
    if (const Node* found = look(entry.first, entry.second)) return found;
  }
  for (std::size_t i = 0; i < around.items.size(); ++i) {
    if (const Node* found = look(std::to_string(i), around.items[i])) return found;
  }
  whole = false;
  return nullptr;
}

/// Text that is not UTF-8 can come from an override or the environment; JSON, and so the database, cannot hold it.
void check_text(const Node& node, const std::string& key) {
  const auto check = [&](const std::string& text, const Origin& origin) {
    if (first_not_utf8(text) == std::string::npos) return;
    const Source source = origin.source();
    throw options::InputError(
        {key, "found " + options::quoted(text) + ", which is not UTF-8", "", "", source.file, source.line, source.column});
  };
  if (node.is_string()) check(node.text(), node.origin);
  for (const Node::Entry& entry : node.entries) {
    check(entry.first, entry.second.origin);
    check_text(entry.second, key.empty() ? entry.first : key + "." + entry.first);
  }
  for (const Node& item : node.items) check_text(item, key);
}

}  // namespace

Source Composed::source(const std::string& key) const {
  bool whole = false;
  const Node* found = nearest(*resolved_, key, whole);
  return found ? found->origin.source() : Source{};
}

bool Composed::states(const std::string& key) const {
  bool whole = false;
  nearest(*resolved_, key, whole);
  return whole;
}

Composed::Composed(std::shared_ptr<const Node> resolved, std::map<std::string, std::string> chosen)
    : tree(resolved->to_json()), choices(std::move(chosen)), resolved_(std::move(resolved)) {}

options::InputError Composed::locate(const options::InputError& error) const {
  const Source found = source(error.parts().key);
  return error.at(found.file, found.line, found.column);
}

Composer::Composer(std::unique_ptr<const Folder> folder, std::filesystem::path directory)
    : directory_(std::move(directory)), files_(std::make_shared<const ConfigFiles>(std::move(folder))),
      merged_(std::make_shared<MergedFiles>(*files_)) {}

Composer::Composer(std::filesystem::path directory, std::vector<std::string> not_groups)
    : Composer(std::make_unique<DiskFolder>(directory), directory) {
  not_groups_ = std::move(not_groups);
  std::error_code ignored;
  if (!std::filesystem::is_directory(directory_, ignored)) {
    throw options::InputError({"", "is not a directory", "a directory with root files such as config.yaml, and one folder per group", "",
                               directory_.string(), 0});
  }
}

Composer Composer::rooted_at(const std::string& config_name, const std::string& key, const Source& origin) const {
  const std::vector<std::string> names = roots();
  if (std::find(names.begin(), names.end(), config_name) == names.end()) {
    throw options::InputError({key, "there is no " + config_name + ".yaml in " + directory_.string(), options::one_of_text(names),
                               options::nearest_name(config_name, names), origin.file, origin.line, origin.column});
  }
  Composer other = *this;
  other.root_ = config_name;
  return other;
}

Composed Composer::compose(const std::vector<std::string>& overrides) const { return compose(parse_overrides(overrides)); }

Composed Composer::compose(const std::vector<Override>& overrides) const {
  for (const Override& override : overrides) {
    if (!override.is_sweep()) continue;
    if (std::holds_alternative<Interval>(*override.value)) throw override.error(kIntervalProblem, kIntervalValid);
    throw override.error("several values where one is expected", "key=[a,b] for a list, key='a,b' for text");
  }
  std::vector<Override> choices, values;
  for (const Override& override : overrides) (is_choice(*files_, override) ? choices : values).push_back(override);
  const auto merged = merged_->of(root_, choices);
  Node root = merged->tree;
  const std::vector<std::string> known_groups = values.empty() ? std::vector<std::string>() : groups();
  for (const Override& override : values) apply_override(root, override, known_groups);
  const auto resolved = std::make_shared<const Node>(resolve(root));
  check_text(*resolved, "");
  return Composed(resolved, merged->choices);
}

std::vector<std::string> Composer::roots() const { return files_->list("", false); }

std::vector<std::string> Composer::groups() const {
  std::vector<std::string> names = files_->list("", true);
  std::erase_if(names,
                [&](const std::string& name) { return std::find(not_groups_.begin(), not_groups_.end(), name) != not_groups_.end(); });
  return names;
}

std::vector<std::string> Composer::options(const std::string& group) const { return files_->list(group, false); }

}  // namespace steepest::hydra
