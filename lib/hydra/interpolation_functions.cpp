// interpolation_functions.cpp: what an interpolation names: a place in the tree, or a resolver with its arguments.
#include <cstdlib>

#include "hydra/interpolation_resolver.h"
#include "hydra/value_lexer.h"
#include "options/error.h"
#include "options/valid_text.h"

namespace steepest::hydra {

Place Resolver::select(const Place& from, std::size_t dots, const std::vector<std::string>& keys) {
  Place place{{}, &root_, false};
  std::string shown;
  if (dots > 0) {
    if (dots > from.around.size()) fail("leads above the root");
    place.around.assign(from.around.begin(), from.around.end() - static_cast<std::ptrdiff_t>(dots));
    place.node = from.around[from.around.size() - dots];
  }
  for (const std::string& key : keys) {
    place = dereference(place);
    const Node* child = place.node->find(key);
    shown += (shown.empty() ? "" : ".") + key;
    if (!child) {
      const std::vector<std::string> names = place.node->keys();
      fail("there is no " + shown, names.empty() ? "" : options::one_of_text(names), options::nearest_name(key, names));
    }
    place.around.push_back(place.node);
    place.node = child;
    if (child->is_missing()) fail(shown + " is still ???, which means that a value must be given");
  }
  return place;
}

Place Resolver::call(const std::string& name, const std::vector<nlohmann::json>& args, const Place& place) {
  const auto count = [&](std::size_t least, std::size_t most) {
    if (args.size() < least || args.size() > most)
      fail(name + " takes " + std::to_string(least) + " to " + std::to_string(most) + " arguments");
    if (!args.empty() && !args[0].is_string() && !(name == "oc.decode" && args[0].is_null()))
      fail(name + ": the first argument must be text");
  };
  const auto made = [&](const nlohmann::json& json) { return fresh(Node::from_json(json, place.node->origin), true); };
  if (name == "oc.env") {
    count(1, 2);
    const std::string variable = args[0].get<std::string>();
    if (const char* value = std::getenv(variable.c_str())) return made(value);
    if (args.size() == 1) fail("the environment variable " + variable + " is not set", "${oc.env:" + variable + ",default}");
    return made(args[1].is_null() ? args[1] : nlohmann::json(python_text(args[1])));
  }
  if (name == "oc.select") {
    count(1, 2);
    return select_or(args, place);
  }
  if (name == "oc.decode") {
    count(1, 1);
    if (args[0].is_null()) return made(nullptr);
    const std::string text = args[0].get<std::string>();
    std::size_t at = 0;
    const nlohmann::json value = element(text, at, place, 0, true);
    if (at != text.size()) fail("oc.decode cannot read " + options::quoted(text));
    return made(value);
  }
  if (name == "oc.dict.keys" || name == "oc.dict.values") {
    count(1, 1);
    return dictionary(args[0].get<std::string>(), name == "oc.dict.keys", place);
  }
  static const std::vector<std::string> kResolvers = {"oc.decode", "oc.dict.keys", "oc.dict.values", "oc.env", "oc.select"};
  fail("unknown resolver " + name, options::one_of_text(kResolvers), options::nearest_name(name, kResolvers));
}

std::optional<Place> Resolver::lookup(const std::string& key, const Place& place) {
  std::size_t dots = 0;
  while (dots < key.size() && key[dots] == '.') ++dots;
  Place at{{}, &root_, false};
  if (dots > place.around.size()) return std::nullopt;
  if (dots > 0) {
    at.around.assign(place.around.begin(), place.around.end() - static_cast<std::ptrdiff_t>(dots));
    at.node = place.around[place.around.size() - dots];
  }
  if (dots == key.size()) return at;
  for (const std::string& part : split_key(key.substr(dots))) {
    at = dereference(at);
    const Node* child = at.node->find(part);
    if (!child || child->is_missing()) return std::nullopt;
    at.around.push_back(at.node);
    at.node = child;
  }
  return at;
}

Place Resolver::select_or(const std::vector<nlohmann::json>& args, const Place& place) {
  if (auto found = lookup(args[0].get<std::string>(), place)) return *found;
  return fresh(Node::from_json(args.size() > 1 ? args[1] : nlohmann::json(), place.node->origin), true);
}

Place Resolver::dictionary(const std::string& key, bool keys, const Place& place) {
  auto found = lookup(key, place);
  if (!found) fail("there is no " + key);
  const Place map = dereference(*found);
  if (!map.node->is_map()) fail(key + " is not a map");
  Node list = Node::make_list(place.node->origin);
  for (const Node::Entry& entry : map.node->entries) {
    if (keys) {
      list.items.push_back(Node::make_scalar(entry.first, place.node->origin));
    } else {
      Place child{map.around, &entry.second, false};
      child.around.push_back(map.node);
      list.items.push_back(expand(child));
    }
  }
  return fresh(std::move(list), true);
}

}  // namespace steepest::hydra
