// pattern.h: names of metrics by patterns.
#pragma once
#include <string>

namespace steepest::results {

/// Whether a name fits a pattern whose stars stand for any text.
inline bool fits(const std::string& name, const std::string& pattern) {
  const auto star = pattern.find('*');
  if (star == std::string::npos) return name == pattern;
  if (name.compare(0, star, pattern, 0, star) != 0) return false;
  const std::string rest = pattern.substr(star + 1);
  for (std::size_t at = star; at <= name.size(); ++at) {
    if (fits(name.substr(at), rest)) return true;
  }
  return false;
}

}  // namespace steepest::results
