// tokenizer.cpp: see tokenizer.h.
#include "data/tokenizer.h"

#include <stdexcept>

namespace steepest::data {
namespace {

constexpr std::int32_t kNone = -1;

std::size_t byte_of(char character) { return static_cast<unsigned char>(character); }

}  // namespace

CharacterTokenizer::CharacterTokenizer(std::string alphabet) : alphabet_(std::move(alphabet)) {
  token_of_.fill(kNone);
  for (std::size_t i = 0; i < alphabet_.size(); ++i) {
    auto& token = token_of_[byte_of(alphabet_[i])];
    if (token != kNone) throw std::invalid_argument("a character stands twice in the alphabet");
    token = static_cast<std::int32_t>(i);
  }
}

CharacterTokenizer CharacterTokenizer::of(std::string_view text) {
  std::array<bool, 256> occurs{};
  for (const char c : text) occurs[byte_of(c)] = true;
  std::string alphabet;
  for (std::size_t byte = 0; byte < occurs.size(); ++byte) {
    if (occurs[byte]) alphabet.push_back(static_cast<char>(byte));
  }
  return CharacterTokenizer(std::move(alphabet));
}

std::optional<char> CharacterTokenizer::unknown_in(std::string_view text) const {
  for (const char c : text) {
    if (token_of_[byte_of(c)] == kNone) return c;
  }
  return std::nullopt;
}

std::vector<std::int32_t> CharacterTokenizer::encode(std::string_view text) const {
  if (unknown_in(text)) throw std::invalid_argument("the text has a character that the alphabet lacks");
  std::vector<std::int32_t> tokens;
  tokens.reserve(text.size());
  for (const char c : text) tokens.push_back(token_of_[byte_of(c)]);
  return tokens;
}

std::string CharacterTokenizer::decode(const std::vector<std::int32_t>& tokens) const {
  std::string text;
  text.reserve(tokens.size());
  for (const std::int32_t token : tokens) text.push_back(alphabet_.at(static_cast<std::size_t>(token)));
  return text;
}

}  // namespace steepest::data
