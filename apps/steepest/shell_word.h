// shell_word.h: words of commands that are printed to be copied into a shell.
#pragma once
#include <cstring>
#include <string>

namespace steepest::app {

/// The word as a POSIX shell reads it back, whatever bytes it holds: as it is where nothing in it means anything to a shell, else quoted.
inline std::string shell_word(const std::string& word) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && std::strchr("_@%+=:,./-", c) != nullptr);
  };
  bool as_it_is = !word.empty() && word.front() != '=';  // which zsh expands
  for (const char c : word) as_it_is = as_it_is && plain(c);
  if (as_it_is) return word;
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

}  // namespace steepest::app
