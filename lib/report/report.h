// report.h: what a report is, and how it is built and printed.
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "report/table.h"
#include "store/reader.h"

namespace steepest::report {

/// A finished report, not yet laid out.
struct Report {
  std::string title;
  std::vector<std::pair<std::string, std::string>> header;  ///< name and text: study, corpus, seeds, ...
  std::vector<std::string> notices;                         ///< what must not be overlooked, in capitals
  Table table;
  std::vector<std::string> footnotes;
  /// What JSON holds besides: of a study `provenance` and `statistic`, the numbers of results/named.h.
  nlohmann::ordered_json numbers = nlohmann::ordered_json::object();
};

/// Of which study.
struct Request {
  store::Reader reader;
  std::int64_t study;
  std::string name, scale;
  nlohmann::json definition;  ///< the study file
};

/// Builds the report that the study's file asks for: `report.kind` is a statistic of results/named.h, the other keys are its options.
/// Throws options::InputError if it asks for none, or for an unknown kind.
Report build_report(const Request& request);

/// table and markdown: everything; csv: the table alone; json: everything, numbers unrounded. Ends with a line feed.
std::string render(const Report& report, Format format, bool unicode);

}  // namespace steepest::report
