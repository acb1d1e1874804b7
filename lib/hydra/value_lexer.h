// value_lexer.h: the tokens of a value on the command line and of a resolver's argument: Hydra's and OmegaConf's shared lexer.
#pragma once
#include <nlohmann/json.hpp>
#include <string>

namespace steepest::hydra {

enum class TokenKind {
  open_paren,
  comma,
  close_paren,
  open_bracket,
  close_bracket,
  open_brace,
  close_brace,
  colon,
  equal,
  floating,
  integer,
  boolean,
  null,
  punctuation,
  identifier,
  escape,
  space,
  quoted,
  interpolation,
  end,
  unknown
};

struct Token {
  TokenKind kind;
  std::size_t begin, length;
};

/// The longest token at `at`; of equally long ones the first in the order above. Spaces belong to the neighbouring
/// brackets, commas, colons and equal signs.
Token next_token(const std::string& text, std::size_t at);

/// The value of a token that stands alone: a number, a bool, null, or its text.
nlohmann::json token_value(const std::string& text, const Token& token);

/// `\,\=` -> `,=`: every second character.
std::string unescape(const std::string& escaped);
/// The content of a quoted token, quotes included in `quoted`: only `\` before the quote, or at the end, escapes.
std::string unquote(const std::string& quoted);

/// A spelling of `value` in the override grammar that reads back as the same value.
std::string spell(const nlohmann::json& value);

/// str(value) in Python: True, None, 0.001, [1, 'a'], {'k': 2}.
std::string python_text(const nlohmann::json& value);
/// repr(value) in Python: as python_text, but text in quotes.
std::string python_repr(const nlohmann::json& value);

}  // namespace steepest::hydra
