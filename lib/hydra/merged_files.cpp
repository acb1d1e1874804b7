// merged_files.cpp: see merged_files.h.
#include "hydra/merged_files.h"

#include <algorithm>

#include "hydra/defaults_list.h"

namespace steepest::hydra {
namespace {

/// A sweep over more combinations of options than this merges some of them again.
constexpr std::size_t kMostKept = 256;

std::vector<nlohmann::json> key_of(const std::string& root, const std::vector<Override>& choices) {
  std::vector<nlohmann::json> key = {root};
  for (const Override& choice : choices) {
    const nlohmann::json* value = choice.json();
    key.push_back(choice.key_text());
    key.push_back(value ? *value : nlohmann::json());
  }
  return key;
}

Merged merged(const ConfigFiles& files, const std::string& root, const std::vector<Override>& choices) {
  DefaultsList list = make_defaults_list(files, root, choices);
  Merged result{Node::make_map({}), std::move(list.choices)};
  for (const ConfigPart& part : list.parts) {
    Node content = files.load(part.file)->tree;
    if (content.is_list() && part.package.empty()) {
      const Source top = content.origin.source();
      throw options::InputError({"", "a list cannot stand at the root of the configuration", "keys and values, or a package below the root",
                                 "", top.file, top.line, top.column});
    }
    std::erase_if(content.entries, [](const Node::Entry& entry) { return entry.first == "defaults"; });
    merge(result.tree, embed(content, part.package), result.tree);
  }
  return result;
}

}  // namespace

std::shared_ptr<const Merged> MergedFiles::of(const std::string& root, const std::vector<Override>& choices) {
  std::vector<nlohmann::json> key = key_of(root, choices);
  {
    const std::lock_guard lock(mutex_);
    if (const auto known = known_.find(key); known != known_.end()) return known->second;
  }
  auto fresh = std::make_shared<const Merged>(merged(files_, root, choices));
  const std::lock_guard lock(mutex_);
  if (known_.size() >= kMostKept) known_.clear();
  return known_.emplace(std::move(key), std::move(fresh)).first->second;
}

}  // namespace steepest::hydra
