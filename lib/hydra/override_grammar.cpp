// override_grammar.cpp: a recursive-descent parser over value_lexer's tokens.
#include "hydra/override_grammar.h"

#include "hydra/override_functions.h"
#include "hydra/tree.h"
#include "hydra/value_lexer.h"
#include "options/error.h"

namespace steepest::hydra {
namespace {

class Parser {
 public:
  Parser(const std::string& line, const Source& source) : line_(line), source_(source) {}

  Override override_of() {
    Override result;
    result.line = line_;
    result.source = source_;
    if (line_.rfind("++", 0) == 0) result.kind = Override::Kind::force_add, at_ = 2;
    else if (line_.rfind("+", 0) == 0) result.kind = Override::Kind::add, at_ = 1;
    else if (line_.rfind("~", 0) == 0) result.kind = Override::Kind::remove, at_ = 1;
    read_key(result);
    if (at_ == line_.size()) {
      if (result.kind == Override::Kind::remove) return result;
      fail("expected = and a value", line_.size());
    }
    ++at_;  // the equal sign
    while (at_ < line_.size() && (line_[at_] == ' ' || line_[at_] == '\t')) ++at_;
    advance();
    if (token_.kind == TokenKind::end) {
      result.value = Element{""};
      return result;
    }
    result.value = value();
    if (token_.kind != TokenKind::end) fail_token("does not belong here");
    return result;
  }

  [[noreturn]] void fail(const std::string& problem, std::size_t place) const {
    options::InputError::Parts parts;
    parts.file = source_.file;
    parts.line = source_.line;
    parts.column = source_.column;
    parts.key = line_;
    parts.problem = problem + " (character " + std::to_string(place + 1) + ")";
    parts.valid = "key=value, key=1,2,3, group=option, +key=value, ++key=value, ~key; quote text with special characters";
    throw options::InputError(std::move(parts));
  }

 private:
  static bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
  static bool digit(char c) { return c >= '0' && c <= '9'; }

  /// ID, or with `dollar` KEY_SPECIAL, at `at`: its length.
  std::size_t name_length(std::size_t at, bool dollar) const {
    const auto inner = [&](char c) { return letter(c) || digit(c) || c == '-' || (dollar && c == '$'); };
    if (at >= line_.size() || !(letter(line_[at]) || (dollar && line_[at] == '$'))) return 0;
    std::size_t n = 1;
    while (at + n < line_.size() && inner(line_[at + n])) ++n;
    return n;
  }
  std::size_t number_length(std::size_t at) const {
    if (at < line_.size() && line_[at] == '0') return 1;
    std::size_t n = 0;
    while (at + n < line_.size() && (digit(line_[at + n]) || (n && line_[at + n] == '_'))) ++n;
    return n;
  }
  /// a | a.b | a.0.c | nothing
  std::string package_name() {
    const std::size_t start = at_;
    bool number = false, dots = false;
    while (true) {
      std::size_t n = name_length(at_, true);
      number = n == 0;
      if (number) n = number_length(at_);
      if (n == 0) {
        if (dots) fail("expected a name after the dot", at_);
        break;
      }
      at_ += n;
      if (at_ >= line_.size() || line_[at_] != '.') break;
      dots = true;
      ++at_;
    }
    if (number && !dots && at_ > start) fail("a key cannot be a number", start);
    return line_.substr(start, at_ - start);
  }

  void read_key(Override& result) {
    const std::size_t start = at_;
    const std::size_t first = name_length(at_, false);
    if (first && at_ + first < line_.size() && line_[at_ + first] == '/') {
      at_ += first;
      while (at_ < line_.size() && line_[at_] == '/') {
        const std::size_t n = name_length(at_ + 1, false);
        if (n == 0) fail("expected a name after /", at_ + 1);
        at_ += 1 + n;
      }
      result.key = line_.substr(start, at_ - start);
    } else {
      result.key = package_name();
    }
    if (at_ < line_.size() && line_[at_] == '@') {
      ++at_;
      result.package = package_name();
    }
    if (at_ < line_.size() && line_[at_] != '=') fail("a key is made of letters, digits, _ - and dots", at_);
    if (result.key.empty()) fail("expected a key", start);
  }

  void advance() {
    token_ = next_token(line_, at_);
    if (token_.kind == TokenKind::unknown) {
      const bool quote = line_[at_] == '\'' || line_[at_] == '"';
      fail(quote ? "a quote that is not closed" : std::string("the character ") + line_[at_] + " must stand in quotes", at_);
    }
    at_ += token_.length;
  }
  [[noreturn]] void fail_token(const std::string& problem) const {
    const bool end = token_.kind == TokenKind::end;
    fail(end ? "ends too early" : "\"" + line_.substr(token_.begin, token_.length) + "\" " + problem, token_.begin);
  }
  void expect(TokenKind kind, const char* what) {
    if (token_.kind != kind) fail_token(std::string("found where ") + what + " was expected");
    advance();
  }

  Value value() {
    Value first = element(0);
    if (token_.kind != TokenKind::comma) return first;
    Choice choice{{plain(first)}, true};
    while (token_.kind == TokenKind::comma) {
      advance();
      choice.values.push_back(plain(element(0)));
    }
    return choice;
  }

  const nlohmann::json& plain(const Value& value) const {
    const auto* element = std::get_if<Element>(&value);
    if (!element) fail("a sweep inside a value", at_);
    return element->json;
  }

  Value element(int depth) {
    if (depth > kDeepest) fail("nested too deeply", at_);
    if (token_.kind == TokenKind::open_bracket) {
      nlohmann::json list = nlohmann::json::array();
      advance();
      if (token_.kind != TokenKind::close_bracket) {
        list.push_back(plain(element(depth + 1)));
        while (token_.kind == TokenKind::comma) {
          advance();
          list.push_back(plain(element(depth + 1)));
        }
      }
      expect(TokenKind::close_bracket, "]");
      return Element{std::move(list)};
    }
    if (token_.kind == TokenKind::open_brace) {
      nlohmann::json map = nlohmann::json::object();
      advance();
      if (token_.kind != TokenKind::close_brace) {
        pair(map, depth);
        while (token_.kind == TokenKind::comma) {
          advance();
          pair(map, depth);
        }
      }
      expect(TokenKind::close_brace, "}");
      return Element{std::move(map)};
    }
    if (token_.kind == TokenKind::identifier && next_token(line_, at_).kind == TokenKind::open_paren) return function(depth);
    return primitive(true);
  }

  void pair(nlohmann::json& map, int depth) {
    const nlohmann::json name = primitive(false).json;
    expect(TokenKind::colon, ":");
    map[name.is_string() ? name.get<std::string>() : spell(name)] = plain(element(depth + 1));
  }

  Element primitive(bool value) {
    std::vector<Token> tokens;
    while (true) {
      const TokenKind kind = token_.kind;
      const bool belongs = kind == TokenKind::identifier || kind == TokenKind::null || kind == TokenKind::integer ||
                           kind == TokenKind::floating || kind == TokenKind::boolean || kind == TokenKind::punctuation ||
                           kind == TokenKind::escape || kind == TokenKind::space ||
                           (value && (kind == TokenKind::colon || kind == TokenKind::interpolation));
      const bool quoted = value && kind == TokenKind::quoted && tokens.empty();
      if (!belongs && !quoted) break;
      tokens.push_back(token_);
      advance();
      if (quoted) break;
    }
    const Token* begin = tokens.data();
    const Token* end = tokens.data() + tokens.size();
    if (begin != end && begin->kind == TokenKind::space) ++begin;
    if (begin != end && (end - 1)->kind == TokenKind::space) --end;
    if (begin == end) fail_token("found where a value was expected");
    if (end - begin == 1) return {token_value(line_, *begin), begin->kind == TokenKind::quoted};
    std::string text;
    for (; begin != end; ++begin) {
      const std::string body = line_.substr(begin->begin, begin->length);
      text += begin->kind == TokenKind::escape ? unescape(body) : body;
    }
    return {text};
  }

  Value function(int depth) {
    const std::size_t start = token_.begin;
    FunctionCall call;
    call.line = line_;
    call.name = line_.substr(token_.begin, token_.length);
    advance();
    advance();  // the parenthesis
    while (token_.kind != TokenKind::close_paren) {
      if (!call.positional.empty() || !call.named.empty()) expect(TokenKind::comma, ", or )");
      if (token_.kind == TokenKind::identifier && next_token(line_, at_).kind == TokenKind::equal) {
        const std::string name = line_.substr(token_.begin, token_.length);
        advance();
        advance();
        call.named.emplace_back(name, element(depth + 1));
      } else {
        if (!call.named.empty()) fail_token("follows a named argument; positional ones come first");
        call.positional.push_back(element(depth + 1));
      }
    }
    advance();
    try {
      return call_function(std::move(call));
    } catch (const options::InputError& error) { fail(error.what(), start); }
  }

  const std::string& line_;
  const Source& source_;
  std::size_t at_ = 0;  ///< behind token_
  Token token_{TokenKind::end, 0, 0};
};

}  // namespace

Override parse_override(const std::string& line, const Source& source) { return Parser(line, source).override_of(); }

std::vector<Override> parse_overrides(const std::vector<std::string>& lines, const Source& source) {
  std::vector<Override> overrides;
  overrides.reserve(lines.size());
  for (const std::string& line : lines) overrides.push_back(parse_override(line, source));
  return overrides;
}

Override make_override(const std::string& key, nlohmann::json value, const Source& source) {
  return parse_override(key + "=", source).with(std::move(value));
}

}  // namespace steepest::hydra
