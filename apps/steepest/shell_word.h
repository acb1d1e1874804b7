// shell_word.h: a word of a command that is printed to be copied.
#pragma once
#include <string>

namespace steepest::app {

/// `word` as every POSIX shell reads it back, byte by byte: as it is where it is plain, else in single quotes.
inline std::string shell_word(const std::string& word) {
  constexpr auto kPlain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./=:,+@%";
  if (!word.empty() && word.find_first_not_of(kPlain) == std::string::npos) return word;
  std::string text = "'";
  for (const char c : word) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

}  // namespace steepest::app
