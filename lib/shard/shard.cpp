// shard.cpp: see shard.h.
#include "shard/shard.h"

#include <charconv>

#include "digest/sha256.h"
#include "options/error.h"

namespace steepest::shard {
namespace {

constexpr int kMostShards = 1'000'000;

}  // namespace

Shard shard_of(const std::string& option, const std::string& text) {
  Shard shard{0, 0};
  const char* const end = text.data() + text.size();
  const auto [slash, bad_index] = std::from_chars(text.data(), end, shard.index);
  const bool two = bad_index == std::errc() && slash != end && *slash == '/';
  const auto [rest, bad_count] = std::from_chars(two ? slash + 1 : end, end, shard.count);
  const bool whole = two && bad_count == std::errc() && rest == end;
  if (whole && shard.count <= kMostShards && shard.index >= 1 && shard.index <= shard.count) return shard;
  const bool has_count = whole && shard.count >= 1 && shard.count <= kMostShards;
  throw options::InputError(
      {option, "found \"" + text + "\"",
       has_count ? "1/" + std::to_string(shard.count) + " to " + std::to_string(shard.count) + "/" + std::to_string(shard.count)
                 : "I/N with 1 <= I <= N, such as 3/8 for the third of eight shards",
       "", "", 0});
}

bool holds(const Shard& shard, const std::string& identity) {
  // Hashed once more, since nobody promises that the first digits of an identity are spread evenly.
  const auto number = std::stoull(digest::sha256(identity).substr(0, 15), nullptr, 16);
  return number % static_cast<unsigned long long>(shard.count) == static_cast<unsigned long long>(shard.index - 1);
}

study::Study part(study::Study study, const Shard& shard) {
  for (std::size_t i = 0; i < study.runs.size(); ++i) {
    if (!study.runs[i].ordinal) study.runs[i].ordinal = static_cast<std::int64_t>(i);
  }
  std::erase_if(study.runs, [&](const study::PlannedRun& run) { return !holds(shard, run.identity); });
  study.whole = study.whole && shard.count == 1;
  study.growth.reset();  // which rates a growing grid asks for next follows from all of its results
  return study;
}

}  // namespace steepest::shard
