// report.cpp: see report.h.
#include "report/report.h"

#include <algorithm>

#include "options/error.h"
#include "options/valid_text.h"
#include "report/header.h"
#include "report/kinds.h"
#include "report/paper_figures.h"
#include "report/text.h"
#include "results/provenance.h"
#include "results/label.h"

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
  document.update(report.numbers);
  return document.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

const nlohmann::json& section_of(const Request& request) {
  const auto section = request.definition.find("report");
  if (section != request.definition.end() && section->is_object() && section->contains("kind")) return *section;
  throw options::InputError("study " + request.name +
                            " asks for no report: its file has no key report.kind; the runs are in "
                            "the database all the same (`steepest query \"select * from run_summary\"`)");
}

std::string kind_of(const nlohmann::json& section, const std::string& study) {
  const std::string kind = results::value_text(section.at("kind"));
  auto names = results::statistic_names();
  std::erase(names, results::CellOptions::kName);  // `steepest stats` prints these
  for (const char* name : {results::DistanceOptions::kName, results::CostOptions::kName}) std::erase(names, name);  // for claims
  if (std::find(names.begin(), names.end(), kind) != names.end()) return kind;
  throw options::InputError({"report.kind", "study " + study + " asks for \"" + kind + "\", which is no kind of report",
                             options::list_text(names), options::nearest_name(kind, names), "", 0});
}

}  // namespace

Report build_report(const Request& request) {
  const auto& section = section_of(request);
  const std::string kind = kind_of(section, request.name);
  const auto study = results::load(request.reader, request.study, request.scale, results::wanted_by(kind, section));
  const auto found = results::statistic(kind, section, study, "report", study::kReportKeys);
  const auto provenance = results::provenance(study);
  Report report;
  const auto title = request.definition.find("title");
  report.title = title != request.definition.end() && title->is_string() && *title != "" ? title->get<std::string>() : request.name;
  report.header = header_of(request.name, study);
  if (provenance.synthetic) report.notices.push_back("SYNTHETIC CORPUS: THESE LOSSES CAN NEVER BE COMPARED WITH THE PAPER'S");
  report.numbers["provenance"] = to_json(provenance);
  report.numbers["statistic"] = results::to_json(found);
  // What a paper found says nothing about another corpus.
  const Frame frame{provenance, provenance.synthetic ? nlohmann::json() : section.value("reference", nlohmann::json())};
  std::visit(
      [&](const auto& some) {
        if constexpr (requires { lay_out(report, some, frame); }) lay_out(report, some, frame);
      },
      found);
  if (const auto source = paper_source(frame.reference); !source.empty()) report.footnotes.push_back("paper: " + source);
  if (provenance.dirty) report.footnotes.push_back("some runs were made from a source tree with changes that were not committed");
  return report;
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
