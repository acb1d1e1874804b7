// interpolation.cpp: following interpolations through a tree, by OmegaConf's lookup rules.
#include "hydra/interpolation.h"

#include "hydra/interpolation_resolver.h"
#include "hydra/value_lexer.h"
#include "options/error.h"
#include "options/valid_text.h"

namespace steepest::hydra {
namespace {

constexpr int kLargest = 100000;

}  // namespace

Node Resolver::expand(Place place) {
  if (++expanded_ > kLargest) fail("interpolations grow to more than " + std::to_string(kLargest) + " values");
  place = dereference(place);
  const Node& node = *place.node;
  if (node.is_scalar()) {
    if (node.is_missing()) fail("still ???, which means that a value must be given");
    return node;
  }
  if (!open_.insert(&node).second) fail("contains itself through an interpolation");
  Node result{node.kind, {}, {}, {}, node.origin};
  place.around.push_back(&node);
  for (const Node::Entry& entry : node.entries) result.entries.push_back({entry.first, expand_child(place, entry.second, entry.first)});
  for (std::size_t i = 0; i < node.items.size(); ++i) result.items.push_back(expand_child(place, node.items[i], std::to_string(i)));
  open_.erase(&node);
  return result;
}

Place Resolver::dereference(Place place) {
  if (place.literal || !place.node->is_interpolation()) return place;
  if (!following_.insert(place.node).second) fail("interpolations run in a circle");
  Context outer = enter(place.node->origin, place.node->text());
  Place target = evaluate(place);
  target = dereference(std::move(target));
  leave(outer);
  following_.erase(place.node);
  return target;
}

Resolver::Context Resolver::enter(const Origin& origin, const std::string& expression) {
  Context outer = context_;
  context_ = {origin, expression};
  return outer;
}

void Resolver::leave(const Context& outer) { context_ = outer; }

Node Resolver::expand_child(const Place& place, const Node& child, const std::string& key) {
  if (place.around.size() > kDeepest) fail("nested more than " + std::to_string(kDeepest) + " deep");
  path_.push_back(key);
  const Context outer = enter(child.origin, child.is_interpolation() ? child.text() : "");
  Node result = expand({place.around, &child, false});
  leave(outer);
  // Complaints about the value must lead to where the key was written, not to where the interpolation points.
  result.origin = child.origin;
  path_.pop_back();
  return result;
}

void Resolver::fail(const std::string& problem, const std::string& valid, const std::string& nearest) const {
  options::InputError::Parts parts;
  for (const std::string& part : path_) parts.key += (parts.key.empty() ? "" : ".") + part;
  parts.problem = (context_.expression.empty() ? "" : options::quoted(context_.expression) + ": ") + problem;
  parts.valid = valid;
  parts.nearest = nearest;
  const Source source = context_.origin.source();
  parts.file = source.file;
  parts.line = source.line;
  parts.column = source.column;
  throw options::InputError(std::move(parts));
}

Place Resolver::fresh(Node node, bool literal) {
  made_.push_back(std::move(node));
  return {{&root_}, &made_.back(), literal};
}

nlohmann::json Resolver::expand_value(const Place& place) { return expand(place).to_json(); }

Node resolve(const Node& root) { return Resolver(root).expand({{}, &root, false}); }

std::optional<Node> interpolated_container(const Node& root, const Node& parent, const Node& value) {
  // Only the value itself is followed, from the root or its parent; what it holds stays as it is written.
  try {
    Resolver resolver(root);
    const Place target = resolver.dereference({{&root, &parent}, &value, false});
    if (target.node->is_scalar()) return std::nullopt;
    return *target.node;
  } catch (const options::InputError&) { return std::nullopt; }
}

std::string resolve_text(const std::string& text, const Node& choices, const Origin& origin) {
  const Node value = Node::make_scalar(text, origin);
  Resolver resolver(choices);
  const Node result = resolver.expand({{&choices}, &value, false});
  if (!result.is_string())
    throw options::InputError(
        {"defaults", options::quoted(text) + " does not name an option", "", "", origin.source().file, origin.line, origin.column});
  return result.text();
}

}  // namespace steepest::hydra
