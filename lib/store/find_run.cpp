// find_run.cpp: see find_run.h.
#include "store/find_run.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>

#include "options/error.h"

namespace steepest::store {
namespace {

using options::InputError;

constexpr std::size_t kShortestPrefix = 6;

std::optional<std::int64_t> as_id(const std::string& word) {
  std::int64_t id = 0;
  const auto [at, failure] = std::from_chars(word.data(), word.data() + word.size(), id);
  if (failure != std::errc() || at != word.data() + word.size()) return {};
  return id;
}

}  // namespace

std::int64_t find_run(const Reader& reader, const std::string& word) {
  if (const auto id = as_id(word); id && reader.run_details(*id)) return *id;
  std::string prefix = word;
  std::transform(prefix.begin(), prefix.end(), prefix.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const bool hexadecimal = !prefix.empty() && prefix.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (hexadecimal && prefix.size() >= kShortestPrefix) {
    const auto runs = reader.runs_of_identity(prefix);
    if (runs.size() == 1) return runs.front();
    if (runs.size() > 1) {
      std::string ids;
      for (std::size_t i = 0; i < std::min<std::size_t>(runs.size(), 5); ++i) ids += (i ? ", " : "") + std::to_string(runs[i]);
      throw InputError("\"" + word + "\" begins the identities of " + std::to_string(runs.size()) + " runs (" + ids +
                       (runs.size() > 5 ? ", ..." : "") + "); give more digits, or an id");
    }
  }
  const std::string missing = "the reader has no run \"" + word + "\"";
  const auto range = reader.query("SELECT count(*), min(id), max(id) FROM run").rows.at(0);
  if (range[0] == "0") throw InputError(missing + "; it has none yet, `steepest run STUDY` makes some");
  throw InputError({"", missing,
                    "an id from " + range[1] + " to " + range[2] + ", or the first " + std::to_string(kShortestPrefix) +
                        " or more hexadecimal digits of an identity (`steepest query run_summary` lists the runs)",
                    "", "", 0});
}

}  // namespace steepest::store
