// value_lexer.cpp: maximal munch by hand, in the order of Hydra's OverrideLexer.g4.
#include "hydra/value_lexer.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

#include "hydra/yaml_scalar.h"

namespace steepest::hydra {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// Reads pieces from a position; every function returns the length matched from there, 0 for none.
struct Cursor {
  const std::string& text;
  char at(std::size_t i) const { return i < text.size() ? text[i] : '\0'; }

  std::size_t spaces(std::size_t i) const {
    std::size_t n = 0;
    while (at(i + n) == ' ' || at(i + n) == '\t') ++n;
    return n;
  }
  /// DIGIT (('_')? DIGIT)*
  std::size_t digits(std::size_t i) const {
    if (!is_digit(at(i))) return 0;
    std::size_t n = 1;
    while (true) {
      if (is_digit(at(i + n))) ++n;
      else if (at(i + n) == '_' && is_digit(at(i + n + 1))) n += 2;
      else return n;
    }
  }
  /// '0' | [1-9] (('_')? DIGIT)*
  std::size_t natural(std::size_t i) const { return at(i) == '0' ? 1 : digits(i); }
  std::size_t word(std::size_t i, const char* lower) const {
    const std::size_t n = std::strlen(lower);
    for (std::size_t k = 0; k < n; ++k) {
      if (std::tolower(static_cast<unsigned char>(at(i + k))) != lower[k]) return 0;
    }
    return n;
  }
  std::size_t identifier(std::size_t i) const {
    if (!is_letter(at(i)) && at(i) != '_') return 0;
    std::size_t n = 1;
    while (is_letter(at(i + n)) || is_digit(at(i + n)) || at(i + n) == '_' || at(i + n) == '-') ++n;
    return n;
  }
  std::size_t integer(std::size_t i) const {
    const std::size_t sign = at(i) == '+' || at(i) == '-';
    const std::size_t n = natural(i + sign);
    return n ? sign + n : 0;
  }
  std::size_t floating(std::size_t i) const {
    const std::size_t sign = at(i) == '+' || at(i) == '-';
    const std::size_t start = i + sign;
    if (const std::size_t n = std::max(word(start, "inf"), word(start, "nan"))) return sign + n;
    const std::size_t whole = natural(start);
    std::size_t mantissa = whole;
    bool point = false;
    if (at(start + whole) == '.') {
      const std::size_t fraction = digits(start + whole + 1);
      if (whole || fraction) {
        mantissa = whole + 1 + fraction;
        point = true;
      }
    }
    if (mantissa && (at(start + mantissa) == 'e' || at(start + mantissa) == 'E')) {
      const char exponent_sign = at(start + mantissa + 1);
      const std::size_t skip = mantissa + 1 + (exponent_sign == '+' || exponent_sign == '-');
      if (const std::size_t n = digits(start + skip)) return sign + skip + n;
    }
    return point ? sign + mantissa : 0;
  }
  std::size_t escape(std::size_t i) const {
    std::size_t n = 0;
    while (at(i + n) == '\\' && i + n + 1 < text.size() && std::strchr("\\()[]{}:=, \t", at(i + n + 1))) n += 2;
    return n;
  }
  std::size_t quoted(std::size_t i) const {
    const char quote = at(i);
    if (quote != '\'' && quote != '"') return 0;
    std::size_t backslashes = 0;
    for (std::size_t n = 1; i + n < text.size(); ++n) {
      const char c = text[i + n];
      if (c == quote && backslashes % 2 == 0) return n + 1;
      backslashes = c == '\\' ? backslashes + 1 : 0;
    }
    return 0;
  }
  std::size_t interpolation(std::size_t i) const {
    if (at(i) != '$' || at(i + 1) != '{') return 0;
    const std::size_t close = text.find('}', i + 2);
    return close == std::string::npos || close == i + 2 ? 0 : close + 1 - i;
  }
  /// A bracket, comma and the like, with the spaces that belong to it.
  std::size_t mark(std::size_t i, char c, bool before, bool after) const {
    const std::size_t lead = before ? spaces(i) : 0;
    if (at(i + lead) != c) return 0;
    return lead + 1 + (after ? spaces(i + lead + 1) : 0);
  }
};

}  // namespace

Token next_token(const std::string& text, std::size_t at) {
  if (at >= text.size()) return {TokenKind::end, at, 0};
  const Cursor cursor{text};
  const std::array<std::pair<TokenKind, std::size_t>, 19> lengths = {{
      {TokenKind::open_paren, cursor.mark(at, '(', true, true)},
      {TokenKind::comma, cursor.mark(at, ',', true, true)},
      {TokenKind::close_paren, cursor.mark(at, ')', true, false)},
      {TokenKind::open_bracket, cursor.mark(at, '[', false, true)},
      {TokenKind::close_bracket, cursor.mark(at, ']', true, false)},
      {TokenKind::open_brace, cursor.mark(at, '{', false, true)},
      {TokenKind::close_brace, cursor.mark(at, '}', true, false)},
      {TokenKind::colon, cursor.mark(at, ':', true, true)},
      {TokenKind::equal, cursor.mark(at, '=', true, true)},
      {TokenKind::floating, cursor.floating(at)},
      {TokenKind::integer, cursor.integer(at)},
      {TokenKind::boolean, std::max(cursor.word(at, "true"), cursor.word(at, "false"))},
      {TokenKind::null, cursor.word(at, "null")},
      {TokenKind::punctuation, std::strchr("/-\\+.$%*@?|", text[at]) && text[at] ? 1u : 0u},
      {TokenKind::identifier, cursor.identifier(at)},
      {TokenKind::escape, cursor.escape(at)},
      {TokenKind::space, cursor.spaces(at)},
      {TokenKind::quoted, cursor.quoted(at)},
      {TokenKind::interpolation, cursor.interpolation(at)},
  }};
  Token best{TokenKind::unknown, at, 0};
  for (const auto& [kind, length] : lengths) {
    if (length > best.length) best = {kind, at, length};
  }
  return best;
}

nlohmann::json token_value(const std::string& text, const Token& token) {
  std::string body = text.substr(token.begin, token.length);
  switch (token.kind) {
    case TokenKind::null: return nullptr;
    case TokenKind::boolean: return std::tolower(static_cast<unsigned char>(body[0])) == 't';
    case TokenKind::integer: {
      body.erase(std::remove(body.begin(), body.end(), '_'), body.end());
      std::int64_t value = 0;
      const auto end = std::from_chars(body.data() + (body[0] == '+'), body.data() + body.size(), value);
      if (end.ec == std::errc{}) return value;
      return python_float(body);
    }
    case TokenKind::floating: {
      const char letter = static_cast<char>(std::tolower(static_cast<unsigned char>(body[body.find_first_not_of("+-")])));
      const double sign = body[0] == '-' ? -1 : 1;
      if (letter == 'i') return sign * std::numeric_limits<double>::infinity();
      if (letter == 'n') return std::numeric_limits<double>::quiet_NaN();
      return python_float(body);
    }
    case TokenKind::escape: return unescape(body);
    case TokenKind::quoted: return unquote(body);
    default: return body;
  }
}

std::string unescape(const std::string& escaped) {
  std::string text;
  for (std::size_t i = 1; i < escaped.size(); i += 2) text += escaped[i];
  return text;
}

std::string unquote(const std::string& quoted) {
  const char quote = quoted.front();
  std::string text;
  std::size_t backslashes = 0;
  for (std::size_t i = 1; i < quoted.size(); ++i) {
    if (quoted[i] == '\\') {
      ++backslashes;
      continue;
    }
    // Before a quote, the closing one included, backslashes come in escaped pairs; elsewhere they are plain characters.
    text.append(quoted[i] == quote ? backslashes / 2 : backslashes, '\\');
    if (i + 1 < quoted.size()) text += quoted[i];
    backslashes = 0;
  }
  return text;
}

namespace {

std::string spell_text(const std::string& text, bool key) {
  const Cursor cursor{text};
  static constexpr const char* kReserved[] = {"true", "false", "null", "inf", "nan"};
  const bool plain =
      !text.empty() && cursor.identifier(0) == text.size() &&
      std::none_of(std::begin(kReserved), std::end(kReserved), [&](const char* word) { return cursor.word(0, word) == text.size(); });
  if (plain) return text;
  std::string spelled;
  if (key) {  // a key cannot be quoted
    for (const char c : text) {
      if (std::strchr("\\()[]{}:=, \t", c)) spelled += '\\';
      spelled += c;
    }
    return spelled;
  }
  std::size_t backslashes = 0;
  for (const char c : text) {
    if (c == '\'') spelled.append(backslashes + 1, '\\');
    backslashes = c == '\\' ? backslashes + 1 : 0;
    spelled += c;
  }
  spelled.append(backslashes, '\\');
  return "'" + spelled + "'";
}

/// repr(float): shortest digits that read back; an exponent below 1e-4 and from 1e16 on.
std::string python_float_text(double number) {
  if (std::isnan(number)) return "nan";
  if (std::isinf(number)) return number < 0 ? "-inf" : "inf";
  std::array<char, 40> buffer;
  auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number, std::chars_format::scientific);
  const std::string scientific(buffer.data(), end.ptr);
  const int exponent = std::stoi(scientific.substr(scientific.find('e') + 1));
  if (number != 0 && (exponent < -4 || exponent >= 16)) return scientific;
  std::array<char, 400> fixed;
  end = std::to_chars(fixed.data(), fixed.data() + fixed.size(), number, std::chars_format::fixed);
  std::string text(fixed.data(), end.ptr);
  return text.find('.') == std::string::npos ? text + ".0" : text;
}

}  // namespace

std::string spell(const nlohmann::json& value) {
  if (value.is_null()) return "null";
  if (value.is_boolean()) return value.get<bool>() ? "true" : "false";
  if (value.is_number_float()) return python_float_text(value.get<double>());
  if (value.is_number()) return value.dump();
  if (value.is_string()) return spell_text(value.get<std::string>(), false);
  std::string text;
  if (value.is_array()) {
    for (const auto& item : value) text += (text.empty() ? "" : ",") + spell(item);
    return "[" + text + "]";
  }
  for (const auto& item : value.items()) text += (text.empty() ? "" : ",") + spell_text(item.key(), true) + ":" + spell(item.value());
  return "{" + text + "}";
}

std::string python_repr(const nlohmann::json& value) {
  if (!value.is_string()) return python_text(value);
  const auto& text = value.get_ref<const std::string&>();
  const char quote = text.find('\'') != std::string::npos && text.find('"') == std::string::npos ? '"' : '\'';
  std::string result(1, quote);
  for (const char c : text) {
    if (c == quote || c == '\\') result += '\\';
    if (c == '\n') result += "\\n";
    else if (c == '\t') result += "\\t";
    else result += c;
  }
  return result + quote;
}

std::string python_text(const nlohmann::json& value) {
  if (value.is_null()) return "None";
  if (value.is_boolean()) return value.get<bool>() ? "True" : "False";
  if (value.is_number_float()) return python_float_text(value.get<double>());
  if (value.is_number()) return value.dump();
  if (value.is_string()) return value.get<std::string>();
  std::string text;
  if (value.is_array()) {
    for (const auto& item : value) text += (text.empty() ? "" : ", ") + python_repr(item);
    return "[" + text + "]";
  }
  for (const auto& item : value.items()) text += (text.empty() ? "" : ", ") + python_repr(item.key()) + ": " + python_repr(item.value());
  return "{" + text + "}";
}

}  // namespace steepest::hydra
