// report.cpp: `steepest report` prints the table that a study's file asks for.
#include "report/report.h"

#include "commands.h"
#include "options/error.h"
#include "output/write_file.h"
#include "page/document.h"
#include "page/html.h"
#include "page_parts.h"
#include "sweep/statistics.h"
#include "terminal.h"

namespace steepest::app {
namespace {

/// One HTML file of the study, or of all that are stored.
int write_page(const Session& session, const std::string& name, const std::string& scale, const std::string& path) {
  const auto library = page_library(session);
  const auto file = session.open_to_read();
  const auto reader = file.reader();
  if (!name.empty()) find_scale(reader, find_study(session, reader, name), name, scale);  // a mistake is told with the nearest name
  page::Documents documents({name.empty() ? std::vector<std::string>{} : std::vector{name}, scale, library ? "" : drawn_figures(session)});
  const auto page = page::html(page::json_text(documents.document(reader, session.composer())), library, {page_title(name)});
  output::write_file(path, "--html", [&](std::ostream& stream) { stream << page.text; });
  if (!library) print_note(kWithoutLibrary);
  return 0;
}

int work(const Session& session, const std::string& name, const std::string& scale_option, const std::string& format) {
  const auto chosen = report::format_named(format);
  const auto file = session.open_to_read();
  const auto reader = file.reader();
  const auto study = find_study(session, reader, name);
  const auto scale = find_scale(reader, study, name, scale_option);
  keep_if_writable(session, [&](store::Recorder recorder) { sweep::update_statistics(recorder, study, scale); });
  const auto result = report::build_report({reader, study, name, scale, reader.study_definition(study)});
  const Terminal terminal(stdout);
  print_result(report::render(result, chosen, terminal.unicode));
  if (chosen == report::Format::csv) {
    for (const auto& notice : result.notices) print_note("*** " + notice + " ***");
  }
  return 0;
}

}  // namespace

Command add_report(CLI::App& program, Session& session) {
  auto* command = program.add_subcommand("report", "the table that a study's file asks for, from what is stored");
  const auto study = std::make_shared<std::string>();
  const auto scale = std::make_shared<std::string>();
  const auto format = std::make_shared<std::string>("table");
  const auto html = std::make_shared<std::string>();
  command->add_option("study", *study, "the study's name; with --html it may be left out: all that are stored")->type_name("STUDY");
  command->add_option("--scale", *scale, "its scale (default: the one planned last)")->type_name("NAME");
  command->add_option("--format", *format, "table, markdown, csv or json")
      ->type_name("NAME")
      ->excludes(command->add_option("--html", *html, "write one HTML file with figures, tables and verdicts instead; - is standard output")
                     ->type_name("FILE"));
  command->footer(
      "Examples:\n"
      "  steepest report rank_transfer\n"
      "  steepest report rank_transfer --scale paper --format markdown > rank_transfer.md\n"
      "  steepest report rank_transfer --html rank_transfer.html\n"
      "  steepest report --html all.html --scale paper");
  return {command, [&session, study, scale, format, html] {
            if (!html->empty()) return write_page(session, *study, *scale, *html);
            if (study->empty()) throw options::InputError("STUDY is missing; see `steepest report --help`");
            return work(session, *study, *scale, *format);
          }};
}

}  // namespace steepest::app
