// without_folders.cpp: see without_folders.h.
#include "store/without_folders.h"

#include <algorithm>

namespace steepest::store {

std::string without_folders(const std::string& text) {
  // A slash begins a path only after a blank, quote, bracket or sign: "1/2" and "https://host" stay.
  const std::string before = " \t\n\"'`([{<=,;|", within = " \t\n\"'`)]}>,;|:";
  std::string result;
  for (std::size_t i = 0; i < text.size();) {
    const bool begins = text[i] == '/' && (i == 0 || before.find(text[i - 1]) != std::string::npos);
    const auto end = begins ? std::min(text.find_first_of(within, i), text.size()) : i + 1;
    const auto last = begins ? text.rfind('/', end - 1) : i;
    result += last > i ? "..." : "";
    result += text.substr(last, end - last);
    i = end;
  }
  return result;
}

}  // namespace steepest::store
