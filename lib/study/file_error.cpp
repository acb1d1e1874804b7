// file_error.cpp: see file_error.h.
#include "study/file_error.h"

#include <algorithm>

#include "options/error.h"
#include "options/valid_text.h"

namespace steepest::study {

using options::InputError;

void fail(const hydra::Node& node, const std::string& key, const std::string& problem, const std::string& valid,
          const std::string& nearest) {
  const hydra::Source source = node.origin.source();
  throw InputError({key, problem, valid, nearest, source.file, source.line, source.column});
}

void check_keys(const hydra::Node& map, const std::string& path, const std::vector<std::string>& known) {
  if (!map.is_map())
    fail(map, path, "found " + options::quoted(map.to_json()) + ", which is not a section of keys", options::list_text(known));
  for (const auto& [key, value] : map.entries) {
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    fail(value, path.empty() ? key : path + "." + key, "unknown key", options::one_of_text(known), options::nearest_name(key, known));
  }
}

}  // namespace steepest::study
