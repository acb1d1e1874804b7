// export.cpp: see export.h.
#include "exchange/export.h"

#include <algorithm>
#include <map>
#include <set>

#include "digest/sha256.h"
#include "exchange/run_text.h"
#include "options/error.h"
#include "store/snapshot.h"

namespace steepest::exchange {
namespace {

/// The runs asked for by number, by identity; each must be a result.
std::vector<std::int64_t> numbered_runs(const store::Reader& reader, const std::vector<std::int64_t>& wanted) {
  const auto finished = store::finished_runs(reader);
  std::vector<std::int64_t> runs;
  for (const auto run : finished) {
    if (std::find(wanted.begin(), wanted.end(), run) != wanted.end()) runs.push_back(run);
  }
  for (const auto run : wanted) {
    if (std::find(runs.begin(), runs.end(), run) != runs.end()) continue;
    throw options::InputError({"--run", "found " + std::to_string(run) + ", which is no finished run of the reader",
                               "the id of a completed or diverged run, see `steepest query \"select id, status from run\"`", "", "", 0});
  }
  return runs;
}

class Lines {
 public:
  explicit Lines(std::ostream& output) : output_(output) {}
  void put(std::string line) {
    line += '\n';
    digest_.add(line.data(), line.size());
    output_.write(line.data(), static_cast<std::streamsize>(line.size()));
  }
  void end(std::int64_t runs) { output_ << end_line(runs, digest_.hexadecimal()) << '\n'; }

 private:
  std::ostream& output_;
  digest::Sha256 digest_;
};

}  // namespace

std::int64_t export_runs(const store::Reader& reader, const Selection& selection, std::ostream& output) {
  const store::Snapshot snapshot(reader);
  const auto runs =
      selection.runs.empty() ? store::finished_runs(reader, selection.study, selection.scale) : numbered_runs(reader, selection.runs);
  const auto asked = [&](const store::TieRecord& tie) {
    return (selection.study.empty() || tie.study == selection.study) && (selection.scale.empty() || tie.scale == selection.scale);
  };
  std::set<std::string> studies;
  if (!selection.study.empty()) studies.insert(selection.study);
  for (const auto run : selection.runs) {
    for (const auto& tie : store::ties_of(reader, run)) studies.insert(tie.study);
  }
  const bool all_studies = selection.study.empty() && selection.runs.empty();

  Lines lines(output);
  lines.put(header_line());
  for (const auto& study : store::study_records(reader)) {
    if (all_studies || studies.count(study.name)) lines.put(study_line(study));
  }
  for (const auto run : runs) {
    auto record = store::run_record(reader, run);
    std::erase_if(record->ties, [&](const auto& tie) { return !asked(tie); });
    lines.put(run_line(*record));
  }
  lines.end(static_cast<std::int64_t>(runs.size()));
  return static_cast<std::int64_t>(runs.size());
}

}  // namespace steepest::exchange
