// terminal.cpp: see terminal.h.
#include "terminal.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

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
  const Terminal terminal(stderr);
  const std::string shown = terminal.unicode ? text : report::to_ascii(text);
  fmt::print(stderr, "{} {}\n", toned(terminal, Tone::bad, "error:"), shown);
}

void print_note(const std::string& text) {
  const Terminal terminal(stderr);
  fmt::print(stderr, "{}\n", terminal.unicode ? text : report::to_ascii(text));
}

void print_result(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

}  // namespace steepest::app
