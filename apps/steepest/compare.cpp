// compare.cpp: `steepest compare` says in what two runs differ.
#include "commands.h"
#include "options/error.h"
#include "report/run_comparison.h"
#include "store/find_run.h"
#include "terminal.h"

namespace steepest::app {
namespace {

struct CompareArguments {
  std::vector<std::string> runs;
  bool all = false;
  std::string format = "table";
};

int work(const Session& session, const CompareArguments& arguments) {
  const auto format = report::format_named(arguments.format);
  if (arguments.runs.size() != 2) {
    throw options::InputError("compare takes two runs, and " + std::to_string(arguments.runs.size()) +
                              " are given; for example: steepest compare 7 12");
  }
  const auto file = session.open_to_read();
  const auto reader = file.reader();
  const auto a = store::find_run(reader, arguments.runs[0]), b = store::find_run(reader, arguments.runs[1]);
  print_result(report::render(report::compare_runs(reader, a, b, arguments.all), format, Terminal(stdout).unicode));
  return 0;
}

}  // namespace

Command add_compare(CLI::App& program, Session& session) {
  auto* command = program.add_subcommand("compare", "in what two runs differ: configuration, course, machine, last values, bits");
  const auto arguments = std::make_shared<CompareArguments>();
  command->add_option("runs", arguments->runs, "two ids, or the first six or more digits of identities")->type_name("RUN RUN");
  command->add_flag("--all", arguments->all, "show what is equal too");
  command->add_option("--format", arguments->format, "table, markdown, csv or json")->type_name("NAME");
  command->footer(
      "Examples:\n"
      "  steepest compare 7 12\n"
      "  steepest compare 3f9ac2 81b07e --all --format json\n"
      "Ids and identities: steepest query run_summary");
  return {command, [&session, arguments] { return work(session, *arguments); }};
}

}  // namespace steepest::app
