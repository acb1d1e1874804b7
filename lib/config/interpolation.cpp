// interpolation.cpp: OmegaConf's interpolation grammar and its lookup rules, without a parser generator.
#include "config/interpolation.h"

#include <cstdlib>
#include <deque>
#include <set>

#include "config/value_lexer.h"
#include "options/error.h"
#include "options/valid_text.h"

namespace steepest::config {
namespace {

constexpr int kLargest = 100000;

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
  Node expand(Place place) {
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
    for (const Node::Entry& entry : node.entries) result.entries.emplace_back(entry.first, expand_child(place, entry.second, entry.first));
    for (std::size_t i = 0; i < node.items.size(); ++i) result.items.push_back(expand_child(place, node.items[i], std::to_string(i)));
    open_.erase(&node);
    return result;
  }

  /// Follows interpolations until something else stands there.
  Place dereference(Place place) {
    if (place.literal || !place.node->is_interpolation()) return place;
    if (!following_.insert(place.node).second) fail("interpolations run in a circle");
    Context outer = enter(place.node->origin, place.node->text());
    Place target = evaluate(place);
    target = dereference(std::move(target));
    leave(outer);
    following_.erase(place.node);
    return target;
  }

  std::vector<std::string> path_;

 private:
  struct Context { Origin origin; std::string expression; };
  Context enter(const Origin& origin, const std::string& expression) {
    Context outer = context_;
    context_ = {origin, expression};
    return outer;
  }
  void leave(const Context& outer) { context_ = outer; }

  Node expand_child(const Place& place, const Node& child, const std::string& key) {
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

  [[noreturn]] void fail(const std::string& problem, const std::string& valid = "", const std::string& nearest = "") const {
    options::InputError::Parts parts;
    for (const std::string& part : path_) parts.key += (parts.key.empty() ? "" : ".") + part;
    parts.problem = (context_.expression.empty() ? "" : options::quoted(context_.expression) + ": ") + problem;
    parts.valid = valid;
    parts.nearest = nearest;
    const Source source = context_.origin.source();
    parts.file = source.file;
    parts.line = source.line;
    throw options::InputError(std::move(parts));
  }

  // --- evaluation of one string

  Place fresh(Node node, bool literal) {
    made_.push_back(std::move(node));
    return {{&root_}, &made_.back(), literal};
  }

  /// text: (interpolation | characters)+. One interpolation alone keeps its type; otherwise all is text.
  Place evaluate(const Place& place) {
    const std::string& text = place.node->text();
    std::string result;
    std::size_t at = 0;
    while (at < text.size()) {
      std::size_t backslashes = 0;
      while (at + backslashes < text.size() && text[at + backslashes] == '\\') ++backslashes;
      if (text.compare(at + backslashes, 2, "${") == 0) {
        // Before `${` backslashes come in pairs; an odd one makes the `${` plain text.
        result.append(backslashes / 2, '\\');
        at += backslashes;
        if (backslashes % 2 == 1) {
          result += "${";
          at += 2;
          continue;
        }
        const bool first = at == 0;
        const Place value = interpolation(text, at, place, 0);
        if (first && at == text.size()) return value;
        result += text_of(value);
        continue;
      }
      result.append(backslashes, '\\');
      at += backslashes;
      if (at < text.size() && backslashes == 0) result += text[at++];
    }
    return fresh(Node::make_scalar(result, place.node->origin), true);
  }

  nlohmann::json expand_value(const Place& place) { return expand(place).to_json(); }

  /// A value within text. A map or list shows as Python prints it, with its own interpolations unresolved, as in OmegaConf.
  std::string text_of(const Place& place) {
    const Place target = dereference(place);
    if (target.node->is_missing()) fail("still ???, which means that a value must be given");
    return shown(*target.node, false);
  }
  static std::string shown(const Node& node, bool inner) {
    if (node.is_scalar()) return inner ? python_repr(node.value) : python_text(node.value);
    std::string text;
    for (const Node::Entry& entry : node.entries) text += (text.empty() ? "" : ", ") + python_repr(entry.first) + ": " + shown(entry.second, true);
    for (const Node& item : node.items) text += (text.empty() ? "" : ", ") + shown(item, true);
    return node.is_map() ? "{" + text + "}" : "[" + text + "]";
  }

  static void skip_spaces(const std::string& text, std::size_t& at) {
    while (at < text.size() && (text[at] == ' ' || text[at] == '\t')) ++at;
  }
  static bool key_character(char c) { return std::string_view("\\{}()[]:. \t'\"$,").find(c) == std::string_view::npos; }

  /// Reads `${...}` at `at` and leaves `at` behind it.
  Place interpolation(const std::string& text, std::size_t& at, const Place& place, int depth) {
    if (depth > kDeepest) fail("nested too deeply");
    at += 2;
    skip_spaces(text, at);
    std::size_t dots = 0;
    while (at < text.size() && text[at] == '.') ++dots, ++at;
    std::vector<std::string> keys;
    while (true) {
      const bool bracket = at < text.size() && text[at] == '[';
      if (bracket) ++at;
      keys.push_back(key(text, at, place, depth));
      if (bracket) {
        if (at >= text.size() || text[at] != ']') fail("a [ that is not closed");
        ++at;
      }
      if (at < text.size() && text[at] == '.') ++at;
      else if (at >= text.size() || text[at] != '[') break;
    }
    skip_spaces(text, at);
    if (at < text.size() && text[at] == '}') {
      ++at;
      return select(place, dots, keys);
    }
    if (at < text.size() && text[at] == ':' && dots == 0) {
      ++at;
      std::string name;
      for (const std::string& part : keys) name += (name.empty() ? "" : ".") + part;
      return call(name, arguments(text, at, place, depth), place);
    }
    fail("not a complete interpolation", "${key}, ${.sibling}, ${oc.env:NAME,default}");
  }

  std::string key(const std::string& text, std::size_t& at, const Place& place, int depth) {
    if (text.compare(at, 2, "${") == 0) {
      const nlohmann::json value = expand_value(interpolation(text, at, place, depth + 1));
      if (!value.is_string()) fail("a key within a key must be text, found " + options::quoted(value));
      return value.get<std::string>();
    }
    const std::size_t start = at;
    while (at < text.size() && (key_character(text[at]) || (text[at] == '$' && text.compare(at, 2, "${") != 0))) ++at;
    if (at == start) fail("expected a key", "${key}, ${.sibling}, ${oc.env:NAME,default}");
    return text.substr(start, at - start);
  }

  // --- lookup

  Place select(const Place& from, std::size_t dots, const std::vector<std::string>& keys) {
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

  // --- resolvers

  std::vector<nlohmann::json> arguments(const std::string& text, std::size_t& at, const Place& place, int depth) {
    std::vector<nlohmann::json> list;
    skip_spaces(text, at);
    if (at < text.size() && text[at] == '}') {
      ++at;
      return list;
    }
    while (true) {
      skip_spaces(text, at);
      if (at < text.size() && (text[at] == ',' || text[at] == '}')) list.emplace_back("");  // left out: the empty text
      else list.push_back(element(text, at, place, depth + 1));
      skip_spaces(text, at);
      if (at >= text.size()) fail("a { that is not closed");
      const char c = text[at++];
      if (c == '}') return list;
      if (c != ',') fail("unexpected character " + std::string(1, c));
    }
  }

  nlohmann::json element(const std::string& text, std::size_t& at, const Place& place, int depth) {
    if (depth > kDeepest) fail("nested too deeply");
    skip_spaces(text, at);
    const char first = at < text.size() ? text[at] : '\0';
    if (first == '\'' || first == '"') return quoted(text, at, place, depth);
    if (first == '[') return list(text, at, place, depth);
    if (first == '{') return map(text, at, place, depth);
    return primitive(text, at, place, depth, true);
  }

  nlohmann::json list(const std::string& text, std::size_t& at, const Place& place, int depth) {
    nlohmann::json result = nlohmann::json::array();
    ++at;
    skip_spaces(text, at);
    if (at < text.size() && text[at] == ']') return ++at, result;
    while (true) {
      result.push_back(element(text, at, place, depth + 1));
      skip_spaces(text, at);
      const char c = at < text.size() ? text[at++] : '\0';
      if (c == ']') return result;
      if (c != ',') fail("a [ that is not closed");
    }
  }

  nlohmann::json map(const std::string& text, std::size_t& at, const Place& place, int depth) {
    nlohmann::json result = nlohmann::json::object();
    ++at;
    skip_spaces(text, at);
    if (at < text.size() && text[at] == '}') return ++at, result;
    while (true) {
      skip_spaces(text, at);
      const nlohmann::json name = primitive(text, at, place, depth, false);
      skip_spaces(text, at);
      if (at >= text.size() || text[at++] != ':') fail("expected : after a key");
      result[name.is_string() ? name.get<std::string>() : spell(name)] = element(text, at, place, depth + 1);
      skip_spaces(text, at);
      const char c = at < text.size() ? text[at++] : '\0';
      if (c == '}') return result;
      if (c != ',') fail("a { that is not closed");
    }
  }

  nlohmann::json quoted(const std::string& text, std::size_t& at, const Place& place, int depth) {
    const char quote = text[at++];
    std::string result;
    while (at < text.size() && text[at] != quote) {
      std::size_t backslashes = 0;
      while (at + backslashes < text.size() && text[at + backslashes] == '\\') ++backslashes;
      const std::size_t next = at + backslashes;
      const bool closes = next < text.size() && text[next] == quote, opens = text.compare(next, 2, "${") == 0;
      if (backslashes > 0) {
        result.append(closes || opens ? backslashes / 2 : backslashes, '\\');
        at = next;
        if (backslashes % 2 == 1 && closes) result += text[at++];
        if (backslashes % 2 == 1 && opens) result += "${", at += 2;
      } else if (opens) {
        result += text_of(interpolation(text, at, place, depth + 1));
      } else {
        result += text[at++];
      }
    }
    if (at >= text.size()) fail("a quote that is not closed");
    ++at;
    return result;
  }

  nlohmann::json primitive(const std::string& text, std::size_t& at, const Place& place, int depth, bool value) {
    nlohmann::json single;
    std::string joined, spaces;
    int pieces = 0;
    while (at < text.size()) {
      if (value && text.compare(at, 2, "${") == 0) {
        const Place found = interpolation(text, at, place, depth + 1);
        single = expand_value(found);
        joined += spaces + text_of(found);
      } else {
        const Token token = next_token(text, at);
        const TokenKind kind = token.kind;
        if (kind == TokenKind::space) {
          spaces += text.substr(at, token.length);
          at += token.length;
          continue;
        }
        const bool belongs = kind == TokenKind::identifier || kind == TokenKind::null || kind == TokenKind::integer ||
                             kind == TokenKind::floating || kind == TokenKind::boolean || kind == TokenKind::punctuation ||
                             kind == TokenKind::escape || (value && kind == TokenKind::colon);
        if (!belongs) break;
        single = token_value(text, token);
        const std::string body = text.substr(at, token.length);
        joined += spaces + (kind == TokenKind::escape ? unescape(body) : body);
        at += token.length;
      }
      spaces.clear();
      ++pieces;
    }
    if (pieces == 0) fail(at < text.size() ? "unexpected character " + std::string(1, text[at]) : "ends too early");
    return pieces == 1 ? single : nlohmann::json(joined);
  }

  Place call(const std::string& name, const std::vector<nlohmann::json>& args, const Place& place) {
    const auto count = [&](std::size_t least, std::size_t most) {
      if (args.size() < least || args.size() > most) fail(name + " takes " + std::to_string(least) + " to " + std::to_string(most) + " arguments");
      if (!args.empty() && !args[0].is_string() && !(name == "oc.decode" && args[0].is_null())) fail(name + ": the first argument must be text");
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
      const nlohmann::json value = element(text, at, place, 0);
      skip_spaces(text, at);
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

  /// A key as oc.select takes it: from the root, or with leading dots from where the interpolation stands.
  std::optional<Place> lookup(const std::string& key, const Place& place) {
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

  Place select_or(const std::vector<nlohmann::json>& args, const Place& place) {
    if (auto found = lookup(args[0].get<std::string>(), place)) return *found;
    return fresh(Node::from_json(args.size() > 1 ? args[1] : nlohmann::json(), place.node->origin), true);
  }

  Place dictionary(const std::string& key, bool keys, const Place& place) {
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

  const Node& root_;
  std::deque<Node> made_;              ///< values that stand nowhere in the tree
  std::set<const Node*> open_;         ///< maps and lists that are being expanded
  std::set<const Node*> following_;    ///< interpolations that are being followed
  Context context_;
  int expanded_ = 0;
};

}  // namespace

Node resolve(const Node& root) { return Resolver(root).expand({{}, &root, false}); }

std::optional<Node> interpolated_container(const Node& root, const Node& parent, const Node& value) {
  // Only the value itself is followed, from the root or its parent; what it holds stays as it is written.
  try {
    Resolver resolver(root);
    const Place target = resolver.dereference({{&root, &parent}, &value, false});
    if (target.node->is_scalar()) return std::nullopt;
    return *target.node;
  } catch (const options::InputError&) {
    return std::nullopt;
  }
}

std::string resolve_text(const std::string& text, const Node& choices, const Origin& origin) {
  const Node value = Node::make_scalar(text, origin);
  Resolver resolver(choices);
  const Node result = resolver.expand({{&choices}, &value, false});
  if (!result.is_string()) throw options::InputError({"defaults", options::quoted(text) + " does not name an option", "", "", origin.source().file, origin.line});
  return result.text();
}

}  // namespace steepest::config
