// report.h: what a report is, which kinds there are, and how it is printed.
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "report/table.h"
#include "store/database.h"

namespace steepest::report {

/// A finished report, not yet laid out.
struct Report {
  std::string title;
  std::vector<std::pair<std::string, std::string>> header;  ///< name and text: study, corpus, seeds, ...
  std::vector<std::string> notices;    ///< what must not be overlooked, in capitals
  Table table;
  std::vector<std::string> footnotes;
};

/// What a kind of report builds on.
struct Request {
  const store::Database& database;
  std::int64_t study;
  std::string name, scale;
  nlohmann::json definition;                     ///< the study file
  std::vector<store::StatisticRow> statistics;   ///< one row per cell with completed runs
};

using Builder = Report (*)(const Request&);

/// The kinds by the name that `report.kind` of a study's file gives.
const std::vector<std::pair<std::string, Builder>>& report_kinds();

/// Builds the report that the study's file asks for. Throws options::InputError if it asks for none, or for an unknown kind.
Report build_report(const Request& request);

/// table and markdown: everything; csv: the table alone; json: everything, numbers unrounded. Ends with a line feed.
std::string render(const Report& report, Format format, bool unicode);

}  // namespace steepest::report
