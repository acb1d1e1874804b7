// glob.cpp: POSIX's fnmatch differs from Python's in `\` and `[^`, hence one of our own.
#include "hydra/glob.h"

namespace steepest::hydra {
namespace {

/// Where the set that starts at `open` ends; npos if it does not. A `]` that comes first belongs to the set.
std::size_t set_end(const std::string& pattern, std::size_t open) {
  const std::size_t first = open + 1 + (pattern.compare(open + 1, 1, "!") == 0);
  return pattern.find(']', first + 1);
}

bool in_set(const std::string& pattern, std::size_t open, std::size_t end, char c) {
  std::size_t at = open + 1;
  const bool excluded = pattern[at] == '!';
  if (excluded) ++at;
  bool found = false;
  while (at < end) {
    const bool range = at + 2 < end && pattern[at + 1] == '-';
    found = found || (range ? pattern[at] <= c && c <= pattern[at + 2] : pattern[at] == c);
    at += range ? 3 : 1;
  }
  return found != excluded;
}

}  // namespace

bool glob_matches(const std::string& pattern, const std::string& name) {
  std::size_t p = 0, n = 0;
  std::size_t star = std::string::npos, tried = 0;  // behind the last *, and the first character that it has not taken
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = ++p;
      tried = n;
      continue;
    }
    const std::size_t end = p < pattern.size() && pattern[p] == '[' ? set_end(pattern, p) : std::string::npos;
    const bool set = end != std::string::npos;
    if (p < pattern.size() && (set ? in_set(pattern, p, end, name[n]) : pattern[p] == '?' || pattern[p] == name[n])) {
      p = set ? end + 1 : p + 1;
      ++n;
    } else if (star != std::string::npos) {
      p = star;
      n = ++tried;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string::npos;
}

}  // namespace steepest::hydra
