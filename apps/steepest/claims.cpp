// claims.cpp: `steepest claims` says which of the papers' claims hold, from what is stored.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "claims/evaluate.h"
#include "commands.h"
#include "options/error.h"
#include "report/claim_table.h"
#include "terminal.h"

namespace steepest::app {
namespace {

struct ClaimsArguments {
  std::vector<std::string> names, studies;
  std::string scale, format = "table";
};

std::vector<claims::Claim> chosen(const hydra::Composer& composer, const ClaimsArguments& arguments) {
  std::vector<claims::Claim> result;
  for (const auto& name : arguments.names.empty() ? claims::claim_names(composer) : arguments.names) {
    auto claim = claims::read_claim(composer, name);
    const auto& studies = arguments.studies;
    if (studies.empty() || std::find(studies.begin(), studies.end(), claim.study) != studies.end()) result.push_back(std::move(claim));
  }
  return result;
}

int work(const Session& session, const ClaimsArguments& arguments) {
  const auto format = report::format_named(arguments.format == "md" ? "markdown" : arguments.format);
  const auto asked = chosen(session.composer(), arguments);
  if (asked.empty() && !arguments.studies.empty()) {
    print_note(fmt::format("no claim is decided by {}", fmt::join(arguments.studies, ", ")));
    return 0;
  }
  const auto file = session.open_to_read_if_present();
  const auto reader = file ? std::optional(file->reader()) : std::nullopt;
  const auto judged = claims::evaluate(asked, reader ? &*reader : nullptr, arguments.scale);
  print_result(report::render(report::claim_report(judged), format, Terminal(stdout).unicode));
  return 0;
}

}  // namespace

Command add_claims(CLI::App& program, Session& session) {
  auto* command = program.add_subcommand("claims", "which of the papers' claims hold, from what is stored: estimates, intervals, verdicts");
  const auto arguments = std::make_shared<ClaimsArguments>();
  command->add_option("claims", arguments->names, "files below experiments/claims (default: all)")->type_name("[CLAIM ...]");
  command->add_option("--study", arguments->studies, "the claims that these studies decide")->type_name("STUDY ...");
  command->add_option("--scale", arguments->scale, "of every study (default: paper where there are such runs, else the one planned last)")
      ->type_name("NAME");
  command->add_option("--format", arguments->format, "table, markdown (or md), csv or json")->type_name("NAME");
  command->footer(
      "A claim is a file experiments/claims/NAME.yaml: whose number, from which study, and where it must lie. A claim that fails stays in "
      "the\n"
      "table; one whose runs are not there is `not run`.\n\n"
      "Examples:\n"
      "  steepest claims\n"
      "  steepest import results/reference && steepest claims --scale paper\n"
      "  steepest claims --study spectron_stress --format json");
  return {command, [&session, arguments] { return work(session, *arguments); }};
}

}  // namespace steepest::app
