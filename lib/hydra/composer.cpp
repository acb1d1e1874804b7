// composer.cpp: the parts of a configuration merged in order, overridden, and resolved.
#include "hydra/composer.h"

#include <algorithm>

#include "hydra/config_files.h"
#include "hydra/defaults_list.h"
#include "hydra/interpolation.h"
#include "hydra/utf8.h"
#include "hydra/value_override.h"
#include "options/valid_text.h"

namespace steepest::hydra {
namespace {

void note_sources(const Node& node, const std::string& key, std::map<std::string, Source>& sources) {
  if (!key.empty()) sources[key] = node.origin.source();
  for (const Node::Entry& entry : node.entries) note_sources(entry.second, key.empty() ? entry.first : key + "." + entry.first, sources);
  for (std::size_t i = 0; i < node.items.size(); ++i) note_sources(node.items[i], key + "." + std::to_string(i), sources);
}

/// Text that is not UTF-8 can come from an override or the environment; JSON, and so the database, cannot hold it.
void check_text(const Node& node, const std::string& key) {
  const auto check = [&](const std::string& text, const Origin& origin) {
    if (first_not_utf8(text) == std::string::npos) return;
    const Source source = origin.source();
    throw options::InputError({key, "found " + options::quoted(text) + ", which is not UTF-8", "", "", source.file, source.line, source.column});
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
  for (std::string at = key; !at.empty();) {
    const auto found = sources.find(at);
    if (found != sources.end()) return found->second;
    const std::size_t dot = at.rfind('.');
    at = dot == std::string::npos ? "" : at.substr(0, dot);
  }
  return {};
}

options::InputError Composed::locate(const options::InputError& error) const {
  const Source found = source(error.parts().key);
  return error.at(found.file, found.line, found.column);
}

Composer::Composer(std::unique_ptr<const Folder> folder, std::filesystem::path directory)
    : directory_(std::move(directory)), files_(std::make_shared<const ConfigFiles>(std::move(folder))) {}

Composer::Composer(std::filesystem::path directory, std::vector<std::string> not_groups)
    : Composer(std::make_unique<DiskFolder>(directory), directory) {
  not_groups_ = std::move(not_groups);
  std::error_code ignored;
  if (!std::filesystem::is_directory(directory_, ignored)) {
    throw options::InputError({"", "is not a directory", "a directory with root files such as config.yaml, and one folder per group", "", directory_.string(), 0});
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
  const DefaultsList list = make_defaults_list(*files_, root_, overrides);
  Node root = Node::make_map({});
  for (const ConfigPart& part : list.parts) {
    Node content = files_->load(part.file)->tree;
    if (content.is_list() && part.package.empty()) {
      const Source top = content.origin.source();
      throw options::InputError({"", "a list cannot stand at the root of the configuration", "keys and values, or a package below the root", "", top.file, top.line, top.column});
    }
    content.entries.erase(std::remove_if(content.entries.begin(), content.entries.end(), [](const Node::Entry& entry) { return entry.first == "defaults"; }),
                          content.entries.end());
    merge(root, embed(content, part.package), root);
  }
  const std::vector<std::string> known_groups = list.value_overrides.empty() ? std::vector<std::string>() : groups();
  for (const Override& override : list.value_overrides) apply_override(root, override, known_groups);

  const Node resolved = resolve(root);
  check_text(resolved, "");
  Composed composed;
  composed.tree = resolved.to_json();
  composed.choices = list.choices;
  note_sources(resolved, "", composed.sources);
  return composed;
}

std::vector<std::string> Composer::roots() const { return files_->list("", false); }

std::vector<std::string> Composer::groups() const {
  std::vector<std::string> names = files_->list("", true);
  std::erase_if(names, [&](const std::string& name) { return std::find(not_groups_.begin(), not_groups_.end(), name) != not_groups_.end(); });
  return names;
}

std::vector<std::string> Composer::options(const std::string& group) const { return files_->list(group, false); }

}  // namespace steepest::hydra
