// terminal.cpp: see terminal.h.
#include "terminal.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include "output/standard_streams.h"
#include "report/text.h"

namespace steepest::app {
namespace {

bool colors_wanted() {
  const char* no_color = std::getenv("NO_COLOR");
  const char* kind = std::getenv("TERM");
  return (no_color == nullptr || *no_color == '\0') && kind != nullptr && std::strcmp(kind, "dumb") != 0;
}

int columns(int descriptor) {
  winsize size{};
  if (ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 80;
}

}  // namespace

Terminal::Terminal(std::FILE* stream)
    : interactive(isatty(fileno(stream)) == 1), color(interactive && colors_wanted()), unicode(report::locale_is_utf8()),
      width(columns(fileno(stream))) {}

std::string toned(const Terminal& terminal, Tone tone, const std::string& text) {
  static constexpr const char* kCodes[] = {"", "1", "32", "33", "1;31", "2"};
  if (!terminal.color || tone == Tone::plain) return text;
  return fmt::format("\x1b[{}m{}\x1b[0m", kCodes[static_cast<int>(tone)], text);
}

void print_error(const std::string& text) {
  std::fflush(stdout);
  output::tell(stderr, toned(Terminal(stderr), Tone::bad, "error:") + " " + text + "\n");
}

void print_note(const std::string& text) { output::tell(stderr, text + "\n"); }

void print_result(std::string_view text) { output::print(text); }

}  // namespace steepest::app
