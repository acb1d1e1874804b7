// status.cpp: `steepest status` says how far the studies are, what failed, and which runs are of an older version.
#include <fmt/format.h>

#include "arrays.h"
#include "commands.h"
#include "report/table.h"
#include "run/numerics.h"
#include "shard_options.h"
#include "store/plans.h"
#include "store/removal.h"
#include "sweep/cell_text.h"
#include "terminal.h"

namespace steepest::app {
namespace {

std::int64_t single_number(const store::Reader& reader, const std::string& sql) {
  const auto answer = reader.query(sql);
  return answer.rows.empty() || answer.rows[0][0].empty() ? 0 : std::stoll(answer.rows[0][0]);
}

void add_row(report::Table& table, const std::string& study, const std::string& scale, const store::Progress& progress) {
  std::vector<std::string> row{study, scale};
  std::vector<nlohmann::json> values{study, scale};
  for (const auto count : {progress.total(), progress.queued, progress.running, progress.completed, progress.diverged, progress.failed,
                           progress.interrupted}) {
    row.push_back(std::to_string(count));
    values.push_back(count);
  }
  table.rows.push_back(row);
  table.values.push_back(values);
}

std::string failures(const store::Reader& reader, std::int64_t study, const std::string& name, const std::string& scale) {
  std::string text;
  for (const auto& run : reader.failed_runs(study, scale)) {
    text += fmt::format("failed: {} ({}), run {}, {} seed={}: {}\n", name, scale, run.id, sweep::cell_text(run.cell), run.seed, run.error);
  }
  return text;
}

std::string at_work(const store::Reader& reader, const std::string& study) {
  std::string text;
  for (const auto& plan : store::live_plans(reader)) {
    if (!study.empty() && plan.study != study) continue;
    text += fmt::format("a `steepest run` is at work on {}: {} of its {} run{} ha{} ended\n",
                        plan.study.empty() ? "runs made again" : fmt::format("{} ({})", plan.study, plan.scale), plan.ended, plan.runs,
                        plan.runs == 1 ? "" : "s", plan.runs == 1 ? "s" : "ve");
  }
  return text;
}

std::string leftovers(const store::Reader& reader) {
  std::string text;
  for (const auto& numerics : numerics_of_runs(reader)) {
    if (run::is_current(numerics)) continue;
    const auto runs = store::runs_of_numerics(reader, numerics).size();
    text += fmt::format(
        "{} run{} of older numerics ({}): results may differ from today's; studies no longer use them once they are planned "
        "anew\n",
        runs, runs == 1 ? "" : "s", run::numerics_text(numerics));
  }
  const auto untied = single_number(reader, "SELECT count(*) FROM run WHERE id NOT IN (SELECT run_id FROM study_run)");
  if (untied > 0)
    text += fmt::format("{} run{} belong{} to no study now; kept, and used again when a study asks for {}\n", untied,
                        untied == 1 ? "" : "s", untied == 1 ? "s" : "", untied == 1 ? "it" : "them");
  return text;
}

int show_status(const Session& session, const std::string& study, const std::string& format, const std::string& given_shared) {
  const auto chosen = report::format_named(format);
  const auto shared = shared_folder(session, given_shared);
  collect(session, shared, study);
  const auto file = session.open_to_read_if_present();
  if (!file && session.database_option.empty()) {
    print_note("nothing has been planned yet; `steepest run STUDY` begins");
    return 0;
  }
  if (!file) session.open_to_read();  // throws, with the way out
  const auto reader = file->reader();
  report::Table table{{{"study"},
                       {"scale"},
                       {"runs", true},
                       {"queued", true},
                       {"running", true},
                       {"completed", true},
                       {"diverged", true},
                       {"failed", true},
                       {"interrupted", true}},
                      {}};
  for (const auto& column : table.columns) table.keys.push_back(column.header);
  std::string notes;
  if (!study.empty()) find_study(session, reader, study);
  for (const auto& name : study.empty() ? reader.study_names() : std::vector<std::string>{study}) {
    const auto id = find_study(session, reader, name);
    for (const auto& scale : reader.study_scales(id)) {
      const auto progress = reader.progress(id, scale);
      add_row(table, name, scale, progress);
      if (progress.failed > 0) notes += failures(reader, id, name, scale);
    }
  }
  const Terminal terminal(stdout);
  print_result(report::render(table, chosen, terminal.unicode));
  notes += at_work(reader, study);
  notes += arrays_text(session, shared, study);
  if (study.empty()) notes += leftovers(reader);
  if (notes.empty()) return 0;
  if (chosen == report::Format::table) print_result(notes);
  else print_note(notes.substr(0, notes.size() - 1));
  return 0;
}

}  // namespace

Command add_status(CLI::App& program, Session& session) {
  auto* command = program.add_subcommand("status", "how far the studies are, what failed and why, and runs of an older version");
  const auto study = std::make_shared<std::string>();
  const auto format = std::make_shared<std::string>("table");
  const auto shared = std::make_shared<std::string>();
  command->add_option("study", *study, "this study alone")->type_name("STUDY");
  command->add_option("--format", *format, "table, markdown, csv or json")->type_name("NAME");
  command
      ->add_option("--shared", *shared,
                   "folder of which shards' runs are collected first (default: $STEEPEST_SHARED, else that of the database)")
      ->type_name("DIR");
  command->footer(
      "What jobs elsewhere have left in the shared folder is collected first, and Slurm asked what it has of them.\n\n"
      "Examples:\n"
      "  steepest status\n"
      "  steepest status rank_transfer --format json");
  return {command, [&session, study, format, shared] { return show_status(session, *study, *format, *shared); }};
}

}  // namespace steepest::app
