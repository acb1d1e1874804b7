// value_override.cpp: Hydra's struct mode: only + and ++ may make new keys.
#include "hydra/value_override.h"

#include <algorithm>
#include <cmath>

#include "hydra/interpolation.h"
#include "hydra/value_lexer.h"
#include "options/error.h"
#include "options/valid_text.h"

namespace steepest::hydra {
namespace {

using options::InputError;

class Application {
 public:
  Application(Node& root, const Override& override, const std::vector<std::string>& groups)
      : root_(root), override_(override), groups_(groups), origin_(Origin::of(override.source)),
        adds_(override.kind == Override::Kind::add || override.kind == Override::Kind::force_add) {}

  void apply() {
    if (override_.package || override_.key.find('/') != std::string::npos) {
      fail(override_.text(), "there is no group " + override_.key, groups_.empty() ? "" : options::one_of_text(groups_),
           options::nearest_name(override_.key, groups_));
    }
    if (override_.kind == Override::Kind::remove) return remove();
    const nlohmann::json& value = *override_.json();
    if (override_.kind == Override::Kind::add && value.is_primitive()) {
      const Node* present = look_up(override_.key);
      if (present && !present->is_null() && !present->is_missing()) {
        const std::string text = override_.text();
        fail(override_.key, "exists already", text.substr(1) + " to change it, or +" + text + " to add or change it");
      }
    }
    set(value);
  }

 private:
  [[noreturn]] void fail(const std::string& key, const std::string& problem, const std::string& valid = "",
                         const std::string& nearest = "") const {
    throw InputError({key, problem, valid, nearest, override_.source.file, override_.source.line, override_.source.column});
  }

  /// A node by its dotted key, through interpolations; null if there is none.
  Node* look_up(const std::string& key) {
    Node* at = &root_;
    Node* parent = &root_;
    for (const std::string& part : split_key(key)) {
      // A look through an interpolation only needs to see what is there; the copy lives until the next look.
      if (auto target = at->is_interpolation() ? interpolated_container(root_, *parent, *at) : std::nullopt)
        at = &(seen_ = std::move(*target));
      parent = at;
      at = at->find(part);
      if (!at) return nullptr;
    }
    return at;
  }

  [[noreturn]] void fail_unknown(const Node& section, const std::string& name, bool root) const {
    std::vector<std::string> known = section.keys();
    if (root) {
      for (const std::string& group : groups_) {
        if (std::find(known.begin(), known.end(), group) == known.end()) known.push_back(group);
      }
    }
    InputError::Parts parts;
    parts.file = override_.source.file;
    parts.line = override_.source.line;
    parts.column = override_.source.column;
    parts.key = override_.key;
    parts.problem = "unknown key";
    parts.nearest = options::nearest_name(name, known);
    parts.valid = known.empty() ? "" : options::one_of_text(known);
    if (parts.nearest.empty()) parts.valid += (known.empty() ? "+" : "; +") + override_.text() + " adds a key";
    throw InputError(std::move(parts));
  }

  void set(const nlohmann::json& value) {
    const std::vector<std::string> parts = split_key(override_.key);
    Node* at = &root_;
    for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
      Node* next = at->find(parts[i]);
      if (!next) next = &make(*at, parts[i], i == 0);
      // Something that holds no keys, an interpolation among it, is replaced by an empty section, as in Hydra.
      if (next->is_scalar()) *next = Node::make_map(origin_);
      at = next;
    }
    const Node given = Node::from_json(value, origin_);
    Node* present = at->find(parts.back());
    if (!present) {
      make(*at, parts.back(), parts.size() == 1) = given;
      return;
    }
    if ((given.is_map() && present->is_list()) || (given.is_list() && present->is_map())) {
      fail(override_.key,
           std::string("a ") + (given.is_map() ? "section cannot be merged with a list" : "list cannot be merged with a section"),
           "~" + override_.key + " first removes what is there");
    }
    if (given.is_map() && present->is_map()) {
      if (!adds_) check_known(*present, given, override_.key);
      merge(*present, given, root_);
    } else {
      *present = given;
    }
  }

  Node& make(Node& parent, const std::string& name, bool root) {
    if (parent.is_list()) fail(override_.key, name + " is no index of this list of " + std::to_string(parent.items.size()));
    if (!adds_) fail_unknown(parent, name, root);
    parent.entries.push_back({name, Node::make_map(origin_)});
    return parent.entries.back().second;
  }

  void check_known(const Node& present, const Node& given, const std::string& key) const {
    for (const Node::Entry& entry : given.entries) {
      const Node* inner = present.find(entry.first);
      const std::string inner_key = key + "." + entry.first;
      if (!inner) fail(inner_key, "unknown key", options::one_of_text(present.keys()), options::nearest_name(entry.first, present.keys()));
      if (inner->is_map() && entry.second.is_map()) check_known(*inner, entry.second, inner_key);
    }
  }

  static bool equal(const nlohmann::json& a, const nlohmann::json& b) {
    const auto number = [](const nlohmann::json& x) { return x.is_boolean() ? nlohmann::json(x.get<bool>() ? 1 : 0) : x; };
    return a.is_primitive() && b.is_primitive() ? number(a) == number(b) : a == b;
  }

  void remove() {
    Node* present = look_up(override_.key);
    if (!present || present->is_null() || present->is_missing()) fail(override_.text(), "there is nothing of that name to remove");
    if (const nlohmann::json* given = override_.json(); given && !given->is_null()) {
      nlohmann::json value = present->to_json();
      if (present->is_interpolation()) value = Node(*resolve(root_).find(split_key(override_.key)[0])).to_json();
      if (!equal(value, *given)) { fail(override_.text(), "the value is " + options::quoted(value) + ", not " + options::quoted(*given)); }
    }
    const std::vector<std::string> parts = split_key(override_.key);
    Node* parent = &root_;
    for (std::size_t i = 0; i + 1 < parts.size() && parent; ++i) parent = parent->find(parts[i]);
    if (!parent || !parent->is_map()) fail(override_.text(), "only keys of a section can be removed");
    auto& entries = parent->entries;
    entries.erase(std::remove_if(entries.begin(), entries.end(), [&](const Node::Entry& entry) { return entry.first == parts.back(); }),
                  entries.end());
  }

  Node& root_;
  const Override& override_;
  const std::vector<std::string>& groups_;
  const Origin origin_;
  const bool adds_;
  Node seen_;
};

}  // namespace

void apply_override(Node& root, const Override& override, const std::vector<std::string>& groups) {
  Application(root, override, groups).apply();
}

}  // namespace steepest::hydra
