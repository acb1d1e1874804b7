// error.cpp: how an InputError reads, and the nearest name by edit distance.
#include "options/error.h"

#include <algorithm>
#include <cstdlib>

namespace steepest::options {
namespace {

/// "file:line:column: key: problem; valid: ...; did you mean "x"?", leaving out what is not known.
std::string compose(const InputError::Parts& parts) {
  std::string message;
  if (!parts.file.empty()) {
    message += parts.file;
    if (parts.line > 0) message += ":" + std::to_string(parts.line);
    if (parts.line > 0 && parts.column > 0) message += ":" + std::to_string(parts.column);
    message += ": ";
  }
  if (!parts.key.empty()) message += parts.key + ": ";
  message += parts.problem;
  if (!parts.valid.empty()) message += "; valid: " + parts.valid;
  if (!parts.nearest.empty()) message += "; did you mean \"" + parts.nearest + "\"?";
  return message;
}

/// Damerau-Levenshtein distance in its optimal-string-alignment form: a swap of neighbours counts once.
std::size_t edit_distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> before_last(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    before_last.swap(last);
    last.swap(row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = a[i - 1] == b[j - 1];
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1)});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
  }
  return row[b.size()];
}

}  // namespace

InputError::InputError(Parts parts) : std::runtime_error(compose(parts)), parts_(std::move(parts)) {}

InputError::InputError(const std::string& message) : std::runtime_error(message) { parts_.problem = message; }

InputError InputError::at(const std::string& file, int line, int column) const {
  Parts completed = parts_;
  if (completed.file.empty()) {
    completed.file = file;
    completed.line = line;
    completed.column = column;
  }
  return InputError(std::move(completed));
}

InputError InputError::below(const std::string& section) const {
  Parts completed = parts_;
  completed.key = completed.key.empty() ? section : section + "." + completed.key;
  return InputError(std::move(completed));
}

InputError InputError::moved(const std::string& section, const std::string& other) const {
  Parts completed = parts_;
  if (completed.key == section) completed.key = other;
  else if (completed.key.rfind(section + ".", 0) == 0) completed.key.replace(0, section.size(), other);
  return InputError(std::move(completed));
}

std::string nearest_name(const std::string& name, const std::vector<std::string>& candidates) {
  // A very long "name" is no misspelling; not comparing it keeps hostile input cheap.
  constexpr std::size_t kLongestName = 256;
  if (name.empty() || name.size() > kLongestName) return {};
  const std::size_t allowed = std::max<std::size_t>(2, name.size() / 3);
  std::string nearest;
  std::size_t best = allowed + 1;
  for (const std::string& candidate : candidates) {
    const std::size_t longer = std::max(name.size(), candidate.size());
    const std::size_t shorter = std::min(name.size(), candidate.size());
    if (candidate.empty() || longer - shorter >= best) continue;
    const std::size_t distance = edit_distance(name, candidate);
    // A name that shares no letter with the candidate is not near to it, however short both are.
    if (distance < best && distance < longer) {
      best = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

}  // namespace steepest::options
