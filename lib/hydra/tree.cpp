// tree.cpp: looking up, merging and converting configuration trees.
#include "hydra/tree.h"

#include <charconv>
#include <string>

#include "hydra/interpolation.h"

namespace steepest::hydra {

Origin Origin::of(const Source& source) { return {std::make_shared<const std::string>(source.file), source.line, source.column}; }

Node Node::make_map(Origin origin) { return {Kind::map, {}, {}, {}, std::move(origin)}; }
Node Node::make_list(Origin origin) { return {Kind::list, {}, {}, {}, std::move(origin)}; }
Node Node::make_scalar(nlohmann::json value, Origin origin) { return {Kind::scalar, std::move(value), {}, {}, std::move(origin)}; }

Node Node::from_json(const nlohmann::json& json, const Origin& origin) {
  if (json.is_object()) {
    Node node = make_map(origin);
    for (const auto& item : json.items()) node.entries.push_back({item.key(), from_json(item.value(), origin)});
    return node;
  }
  if (json.is_array()) {
    Node node = make_list(origin);
    for (const auto& item : json) node.items.push_back(from_json(item, origin));
    return node;
  }
  return make_scalar(json, origin);
}

const Node* Node::find(const std::string& key) const {
  if (is_map()) {
    for (const Entry& entry : entries) {
      if (entry.first == key) return &entry.second;
    }
    return nullptr;
  }
  if (!is_list()) return nullptr;
  std::size_t index = 0;
  const auto end = std::from_chars(key.data(), key.data() + key.size(), index);
  const bool found = end.ec == std::errc{} && end.ptr == key.data() + key.size() && index < items.size();
  return found ? &items[index] : nullptr;
}

Node* Node::find(const std::string& key) { return const_cast<Node*>(std::as_const(*this).find(key)); }

std::vector<std::string> Node::keys() const {
  std::vector<std::string> names;
  for (const Entry& entry : entries) names.push_back(entry.first);
  return names;
}

nlohmann::json Node::to_json() const {
  if (is_scalar()) return value;
  nlohmann::json json = is_map() ? nlohmann::json::object() : nlohmann::json::array();
  for (const Entry& entry : entries) json[entry.first] = entry.second.to_json();
  for (const Node& item : items) json.push_back(item.to_json());
  return json;
}

void merge(Node& onto, const Node& from, const Node& root, const std::string& path) {
  for (const Node::Entry& entry : from.entries) {
    Node* present = onto.find(entry.first);
    if (!present) {
      onto.entries.push_back(entry);
      continue;
    }
    if (entry.second.is_missing()) continue;
    if (entry.second.is_map() && present->is_interpolation()) {
      if (auto target = interpolated_container(root, onto, *present)) *present = std::move(*target);
    }
    const std::string key = path.empty() ? entry.first : path + "." + entry.first;
    if (!entry.second.is_scalar() && !present->is_scalar() && entry.second.kind != present->kind) {
      const Source source = entry.second.origin.source(), earlier = present->origin.source();
      throw options::InputError({key,
                                 std::string("a ") +
                                     (present->is_map() ? "list cannot replace the section" : "section cannot replace the list") + " of " +
                                     earlier.file + ":" + std::to_string(earlier.line),
                                 "", "", source.file, source.line, source.column});
    }
    if (entry.second.is_map() && present->is_map()) {
      present->origin = entry.second.origin;
      merge(*present, entry.second, root, key);
    } else {
      *present = entry.second;
    }
  }
}

std::vector<std::string> split_key(const std::string& key) {
  std::vector<std::string> parts;
  std::string part;
  bool just_closed = false;  // "a[b].c": the dot after a bracket starts no empty part
  for (const char c : key) {
    if (c == '.' || c == '[') {
      if (!(just_closed || (c == '[' && part.empty() && parts.empty()))) parts.push_back(part);
      part.clear();
      just_closed = false;
    } else if (c == ']') {
      parts.push_back(part);
      part.clear();
      just_closed = true;
    } else {
      part += c;
    }
  }
  if (!just_closed) parts.push_back(part);
  return parts;
}

Node embed(const Node& content, const std::string& package) {
  Node result = content;
  if (package.empty()) return result;
  const std::vector<std::string> parts = split_key(package);
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
    Node outer = Node::make_map(content.origin);
    outer.entries.push_back({*part, std::move(result)});
    result = std::move(outer);
  }
  return result;
}

}  // namespace steepest::hydra
