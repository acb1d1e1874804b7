// report.cpp: see report.h.
#include "report/report.h"

#include <algorithm>

#include "options/error.h"
#include "report/best_rate.h"
#include "report/mode_arrival.h"
#include "report/paired_shift.h"
#include "report/text.h"

namespace steepest::report {
namespace {

std::string as_text(const Report& report, bool unicode) {
  std::size_t width = 0;
  for (const auto& [name, text] : report.header) width = std::max(width, display_width(name));
  std::string text = report.title + "\n";
  for (const auto& [name, value] : report.header) text += "  " + padded(name, width) + "  " + value + "\n";
  for (const auto& notice : report.notices) text += "\n*** " + notice + " ***\n";
  if (!report.notices.empty()) text += "\n";
  std::string notes;
  for (const auto& note : report.footnotes) notes += note + "\n";
  return (unicode ? text : to_ascii(text)) + render(report.table, Format::table, unicode) + (unicode ? notes : to_ascii(notes));
}

std::string as_markdown(const Report& report) {
  std::string text = "## " + report.title + "\n\n";
  for (const auto& [name, value] : report.header) text += "- " + name + ": " + value + "\n";
  for (const auto& notice : report.notices) text += "\n**" + notice + "**\n";
  text += "\n" + render(report.table, Format::markdown, true);
  if (!report.footnotes.empty()) text += "\n";
  for (const auto& note : report.footnotes) text += "- " + note + "\n";
  return text;
}

std::string as_json(const Report& report) {
  nlohmann::ordered_json document{{"title", report.title}, {"header", nlohmann::ordered_json::object()}};
  for (const auto& [name, value] : report.header) document["header"][name] = value;
  document["notices"] = report.notices;
  document["rows"] = to_json(report.table);
  document["footnotes"] = report.footnotes;
  return document.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace

const std::vector<std::pair<std::string, Builder>>& report_kinds() {
  static const std::vector<std::pair<std::string, Builder>> kinds{
      {"best_rate", best_rate_report}, {"paired_shift", paired_shift_report}, {"mode_arrival", mode_arrival_report}};
  return kinds;
}

Report build_report(const Request& request) {
  const auto section = request.definition.find("report");
  if (section == request.definition.end() || !section->is_object() || !section->contains("kind")) {
    throw options::InputError("study " + request.name + " asks for no report: its file has no key report.kind; the runs are in "
                              "the database all the same (`steepest query \"select * from run_summary\"`)");
  }
  const std::string kind = section->at("kind").is_string() ? section->at("kind").get<std::string>() : section->at("kind").dump();
  std::vector<std::string> names;
  for (const auto& [name, builder] : report_kinds()) {
    if (name == kind) return builder(request);
    names.push_back(name);
  }
  std::string valid;
  for (const auto& name : names) valid += (valid.empty() ? "" : ", ") + name;
  throw options::InputError({"report.kind", "study " + request.name + " asks for \"" + kind + "\", which is no kind of report",
                             valid, options::nearest_name(kind, names), "", 0});
}

std::string render(const Report& report, Format format, bool unicode) {
  switch (format) {
    case Format::table: return as_text(report, unicode);
    case Format::markdown: return as_markdown(report);
    case Format::csv: return render(report.table, Format::csv, unicode);
    case Format::json: return as_json(report);
  }
  return {};
}

}  // namespace steepest::report
