// export.cpp: `steepest export` writes finished runs as text, for another machine or a fresh clone.
#include <fmt/format.h>

#include "commands.h"
#include "exchange/export.h"
#include "options/error.h"
#include "output/write_file.h"
#include "terminal.h"

namespace steepest::app {
namespace {

using options::InputError;

constexpr const char* kStandardOutput = "-";

int work(const Session& session, exchange::Selection selection, const std::string& file) {
  if (!selection.scale.empty() && selection.study.empty()) throw InputError("--scale belongs to a study; name the study as well");
  if (!selection.runs.empty() && !selection.study.empty()) throw InputError("a study and --run are given; one of them is needed");
  const auto file_to_read = session.open_to_read();
  const auto reader = file_to_read.reader();
  if (!selection.study.empty()) {
    const auto study = find_study(session, reader, selection.study);
    if (!selection.scale.empty()) find_scale(reader, study, selection.study, selection.scale);
  }
  std::int64_t runs = 0;
  output::write_file(file, "--output", [&](std::ostream& stream) { runs = exchange::export_runs(reader, selection, stream); });
  if (file != kStandardOutput) print_note(fmt::format("{} run{} written to {}", runs, runs == 1 ? "" : "s", file));
  return 0;
}

}  // namespace

Command add_export(CLI::App& program, Session& session) {
  auto* command =
      program.add_subcommand("export", "write finished runs as text, to be imported elsewhere; the same runs give the same bytes");
  const auto selection = std::make_shared<exchange::Selection>();
  const auto output = std::make_shared<std::string>(kStandardOutput);
  command->add_option("study", selection->study, "the runs of this study alone (default: all finished runs)")->type_name("STUDY");
  command->add_option("--scale", selection->scale, "the study's runs at this scale alone")->type_name("NAME");
  command->add_option("--run", selection->runs, "runs by id")->type_name("ID");
  command->add_option("--output", *output, "file, device or pipe to write; links are followed (default: -, standard output)")
      ->type_name("FILE");
  command->footer(
      "Examples:\n"
      "  steepest export --output runs.jsonl\n"
      "  steepest export rank_transfer --scale quick --output rank_transfer.jsonl\n"
      "  steepest export --run 3 7 | ssh elsewhere steepest import -");
  return {command, [&session, selection, output] { return work(session, *selection, *output); }};
}

}  // namespace steepest::app
