// report.cpp: `steepest report` prints the table that a study's file asks for.
#include "report/report.h"

#include "commands.h"
#include "options/error.h"
#include "sweep/statistics.h"
#include "terminal.h"

namespace steepest::app {
namespace {

int work(const Session& session, const std::string& name, const std::string& scale_option, const std::string& format) {
  const auto chosen = report::format_named(format);
  const auto file = session.open_to_read();
  const auto reader = file.reader();
  const auto study = find_study(reader, name);
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
  command->add_option("study", *study, "the study's name")->required()->type_name("STUDY");
  command->add_option("--scale", *scale, "its scale (default: the one planned last)")->type_name("NAME");
  command->add_option("--format", *format, "table, markdown, csv or json")->type_name("NAME");
  command->footer(
      "Examples:\n"
      "  steepest report rank_transfer\n"
      "  steepest report rank_transfer --scale paper --format markdown > rank_transfer.md");
  return {command, [&session, study, scale, format] { return work(session, *study, *scale, *format); }};
}

}  // namespace steepest::app
