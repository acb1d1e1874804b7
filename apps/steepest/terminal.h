// terminal.h: what the streams of this process can show.
#pragma once
#include <cstdio>
#include <string>
#include <string_view>

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

/// `error: text` on standard error. In this and the next, text is written byte by byte as it is, whatever the locale: it may hold a name, or a
/// command that is to be copied. Where standard error takes nothing, it is dropped.
void print_error(const std::string& text);

/// A note on standard error.
void print_note(const std::string& text);

/// A result on standard output, without a line feed added. Throws InputError where it cannot be written.
void print_result(std::string_view text);

}  // namespace steepest::app
