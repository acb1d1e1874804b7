// plan.cpp: `steepest plan` says what a study would run, and writes nothing.
#include "commands.h"
#include "print_plan.h"
#include "study_arguments.h"
#include "sweep/cores.h"
#include "sweep/growth.h"

namespace steepest::app {

Command add_plan(CLI::App& program, Session& session) {
  auto* command = program.add_subcommand("plan", "say what a study would run, what is there already and what it costs; write nothing");
  const auto arguments = StudyArguments::add(*command);
  const auto format = std::make_shared<std::string>("table");
  command->add_option("--format", *format, "table, markdown, csv or json")->type_name("NAME");
  command->footer(
      "Times come from runs that were measured in this database.\n\n"
      "Examples:\n"
      "  steepest plan rank_transfer --scale paper\n"
      "  steepest plan model.rank=2,8 'seed=range(6)' --format csv");
  return {command, [&session, arguments, format] {
            const auto chosen = report::format_named(*format);
            auto study = arguments->load(session);
            const auto file = session.open_to_read_if_present();
            const auto reader = file ? std::optional(file->reader()) : std::nullopt;
            study.runs = sweep::grown(study, reader).runs;
            const auto plan = sweep::preview(reader, study, {.retry_failed = !arguments->keep_failed});
            print_plan(session, study, plan, sweep::allowed_cores(), chosen);
            return 0;
          }};
}

}  // namespace steepest::app
