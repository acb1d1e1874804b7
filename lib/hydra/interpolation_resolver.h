// interpolation_resolver.h: what follows interpolations through a tree; inside of interpolation.cpp and its two companions.
#pragma once
#include <deque>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "hydra/tree.h"

namespace steepest::hydra {

/// A node and the maps and lists around it, outermost first. `literal`: text that is not to be interpreted again.
struct Place {
  std::vector<const Node*> around;
  const Node* node = nullptr;
  bool literal = false;
};

class Resolver {
 public:
  explicit Resolver(const Node& root) : root_(root) {}

  /// The node at a place with everything in it resolved.
  Node expand(Place place);
  /// Follows interpolations until something else stands there.
  Place dereference(Place place);

 private:
  struct Context {
    Origin origin;
    std::string expression;
  };

  // --- following (interpolation.cpp)
  Context enter(const Origin& origin, const std::string& expression);
  void leave(const Context& outer);
  Node expand_child(const Place& place, const Node& child, const std::string& key);
  [[noreturn]] void fail(const std::string& problem, const std::string& valid = "", const std::string& nearest = "") const;
  Place fresh(Node node, bool literal);
  nlohmann::json expand_value(const Place& place);

  // --- reading one string (interpolation_text.cpp); `at` is left behind what was read
  /// text: (interpolation | characters)+. One interpolation alone keeps its type; otherwise all is text.
  Place evaluate(const Place& place);
  /// A value within text. A map or list shows as Python prints it, with its own interpolations unresolved, as in OmegaConf.
  std::string text_of(const Place& place);
  /// Reads `${...}` at `at` and leaves `at` behind it.
  Place interpolation(const std::string& text, std::size_t& at, const Place& place, int depth);
  std::string key(const std::string& text, std::size_t& at, const Place& place, int depth);
  std::vector<nlohmann::json> arguments(const std::string& text, std::size_t& at, const Place& place, int depth);
  /// `whole`: blanks around the element belong to it.
  nlohmann::json element(const std::string& text, std::size_t& at, const Place& place, int depth, bool whole = false);
  nlohmann::json list(const std::string& text, std::size_t& at, const Place& place, int depth);
  nlohmann::json map(const std::string& text, std::size_t& at, const Place& place, int depth);
  nlohmann::json quoted(const std::string& text, std::size_t& at, const Place& place, int depth);
  nlohmann::json primitive(const std::string& text, std::size_t& at, const Place& place, int depth, bool value, bool whole = false);

  // --- looking up, and the resolvers (interpolation_functions.cpp)
  Place select(const Place& from, std::size_t dots, const std::vector<std::string>& keys);
  Place call(const std::string& name, const std::vector<nlohmann::json>& args, const Place& place);
  /// A key as oc.select takes it: from the root, or with leading dots from where the interpolation stands.
  std::optional<Place> lookup(const std::string& key, const Place& place);
  Place select_or(const std::vector<nlohmann::json>& args, const Place& place);
  Place dictionary(const std::string& key, bool keys, const Place& place);

  const Node& root_;
  std::vector<std::string> path_;
  std::deque<Node> made_;            ///< values that stand nowhere in the tree
  std::set<const Node*> open_;       ///< maps and lists that are being expanded
  std::set<const Node*> following_;  ///< interpolations that are being followed
  Context context_;
  int expanded_ = 0;
};

/// Moves `at` behind blanks.
void skip_spaces(const std::string& text, std::size_t& at);

}  // namespace steepest::hydra
