// tokenizer.h: text as tokens and back, one token a character. No LibTorch.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace steepest::data {

/// Each character (byte) of its alphabet is a token: its place in the alphabet. A network's vocabulary is this alphabet, so that a network that
/// is fine-tuned reads its new corpus by the alphabet that it was trained with.
class CharacterTokenizer {
 public:
  /// `alphabet`: distinct characters, at most 256. Throws std::invalid_argument if one is there twice.
  explicit CharacterTokenizer(std::string alphabet);
  /// Over the distinct characters of a text, in rising order.
  static CharacterTokenizer of(std::string_view text);

  const std::string& alphabet() const { return alphabet_; }
  std::int64_t size() const { return static_cast<std::int64_t>(alphabet_.size()); }
  /// The first character of a text that the alphabet lacks; none: all are known.
  std::optional<char> unknown_in(std::string_view text) const;
  /// Throws std::invalid_argument for a character that the alphabet lacks.
  std::vector<std::int32_t> encode(std::string_view text) const;
  /// The inverse of encode. Throws std::out_of_range for a number that is no token.
  std::string decode(const std::vector<std::int32_t>& tokens) const;

 private:
  std::string alphabet_;
  std::array<std::int32_t, 256> token_of_;  // by byte; kNone for one that is not in the alphabet
};

}  // namespace steepest::data
