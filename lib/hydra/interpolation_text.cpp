// interpolation_text.cpp: OmegaConf's interpolation grammar, read without a parser generator.
#include "hydra/interpolation_resolver.h"
#include "hydra/value_lexer.h"
#include "options/valid_text.h"

namespace steepest::hydra {
namespace {

bool key_character(char c) { return std::string_view("\\{}()[]:. \t'\"$,").find(c) == std::string_view::npos; }

std::string shown(const Node& node, bool inner) {
  if (node.is_scalar()) return inner ? python_repr(node.value) : python_text(node.value);
  std::string text;
  for (const Node::Entry& entry : node.entries)
    text += (text.empty() ? "" : ", ") + python_repr(entry.first) + ": " + shown(entry.second, true);
  for (const Node& item : node.items) text += (text.empty() ? "" : ", ") + shown(item, true);
  return node.is_map() ? "{" + text + "}" : "[" + text + "]";
}

}  // namespace

void skip_spaces(const std::string& text, std::size_t& at) {
  while (at < text.size() && (text[at] == ' ' || text[at] == '\t')) ++at;
}

Place Resolver::evaluate(const Place& place) {
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

std::string Resolver::text_of(const Place& place) {
  const Place target = dereference(place);
  if (target.node->is_missing()) fail("still ???, which means that a value must be given");
  return shown(*target.node, false);
}

Place Resolver::interpolation(const std::string& text, std::size_t& at, const Place& place, int depth) {
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

std::string Resolver::key(const std::string& text, std::size_t& at, const Place& place, int depth) {
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

std::vector<nlohmann::json> Resolver::arguments(const std::string& text, std::size_t& at, const Place& place, int depth) {
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

nlohmann::json Resolver::element(const std::string& text, std::size_t& at, const Place& place, int depth, bool whole) {
  if (depth > kDeepest) fail("nested too deeply");
  if (!whole) skip_spaces(text, at);
  const char first = at < text.size() ? text[at] : '\0';
  if (first == '\'' || first == '"') return quoted(text, at, place, depth);
  if (first == '[') return list(text, at, place, depth);
  if (first == '{') return map(text, at, place, depth);
  return primitive(text, at, place, depth, true, whole);
}

nlohmann::json Resolver::list(const std::string& text, std::size_t& at, const Place& place, int depth) {
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

nlohmann::json Resolver::map(const std::string& text, std::size_t& at, const Place& place, int depth) {
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

nlohmann::json Resolver::quoted(const std::string& text, std::size_t& at, const Place& place, int depth) {
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

nlohmann::json Resolver::primitive(const std::string& text, std::size_t& at, const Place& place, int depth, bool value, bool whole) {
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
        if (whole && pieces == 0) ++pieces;
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
  if (whole && pieces > 0 && !spaces.empty()) {
    joined += spaces;
    ++pieces;
  }
  if (pieces == 0) fail(at < text.size() ? "unexpected character " + std::string(1, text[at]) : "ends too early");
  return pieces == 1 ? single : nlohmann::json(joined);
}

}  // namespace steepest::hydra
