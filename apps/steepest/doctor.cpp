// doctor.cpp: `steepest doctor` says what is installed, what is not, and what to do about it.
#include <fmt/format.h>

#include "checks.h"
#include "commands.h"
#include "report/text.h"
#include "terminal.h"
#include "version.h"

namespace steepest::app {
namespace {

int work(const Session& session) {
  const Terminal terminal(stdout);
  static constexpr struct {
    const char* word;
    Tone tone;
  } kHealth[] = {{"ok", Tone::good}, {"warn", Tone::caution}, {"fail", Tone::bad}};
  print_result("steepest " STEEPEST_VERSION "\n");
  int failures = 0, warnings = 0;
  for (const auto look : {check_worker, check_experiments, check_corpora, check_database, check_disk, check_python, check_tools}) {
    for (const auto& check : look(session)) {
      const auto& [word, tone] = kHealth[static_cast<int>(check.health)];
      std::string line =
          fmt::format("{}  {}  {}", toned(terminal, tone, report::padded(word, 4)), report::padded(check.subject, 22), check.found);
      if (!check.remedy.empty()) line += fmt::format("\n      {}  -> {}", report::padded("", 22), check.remedy);
      print_result(line + "\n");
      failures += check.health == Health::failure;
      warnings += check.health == Health::warning;
    }
  }
  if (failures > 0)
    print_result(
        fmt::format("{} thing{} that steepest needs {} broken\n", failures, failures == 1 ? "" : "s", failures == 1 ? "is" : "are"));
  else if (warnings > 0) print_result(fmt::format("ready, with {} warning{}\n", warnings, warnings == 1 ? "" : "s"));
  else print_result("ready\n");
  return failures > 0 ? 1 : 0;
}

}  // namespace

Command add_doctor(CLI::App& program, Session& session) {
  auto* command = program.add_subcommand("doctor", "what is installed, in which version, and what to do about what is missing");
  command->footer(
      "Exit status: 0 if all that is needed is there (warnings are no failure), 1 otherwise.\n\n"
      "Example:\n"
      "  steepest doctor --database results/steepest.db");
  return {command, [&session] { return work(session); }};
}

}  // namespace steepest::app
