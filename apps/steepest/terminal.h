// terminal.h: what the streams of this process can show.
#pragma once
#include <cstdio>
#include <string>

namespace steepest::app {

/// Whether a stream is a terminal, may be coloured (NO_COLOR unset or empty, TERM not "dumb") and shows UTF-8.
struct Terminal {
  explicit Terminal(std::FILE* stream);
  bool interactive, color, unicode;
  int width;  ///< columns; 80 when unknown
};

enum class Tone { plain, bold, good, caution, bad, faint };

/// `text` in a tone, if the terminal has colours.
std::string toned(const Terminal& terminal, Tone tone, const std::string& text);

/// `error: text` on standard error.
void print_error(const std::string& text);

/// A note on standard error, as it is.
void print_note(const std::string& text);

/// A result on standard output, as it is, without a line feed added.
void print_result(const std::string& text);

}  // namespace steepest::app
