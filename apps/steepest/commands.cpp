// commands.cpp: the program's global options and the list of its subcommands.
#include "commands.h"

#include "version.h"

namespace steepest::app {

const char* const kFirstSteps =
    "steepest runs, repeats and judges experiments on spectral steepest-descent optimizers for low-rank weights.\n"
    "What to type first:\n"
    "  steepest run rank_transfer --scale smoke       a whole study in seconds: does one learning rate serve every rank?\n"
    "  steepest report rank_transfer                  its table\n"
    "  steepest run model.rank=2,8 'seed=range(2)'    runs of your own\n"
    "  steepest init mine                             a commented study to start from\n"
    "  steepest --help                                all subcommands; each has a --help of its own\n"
    "docs/tutorial.md leads from here to a study, a figure and an optimizer of your own.\n";

std::vector<Command> add_all(CLI::App& program, Session& session) {
  program.name("steepest");
  program.description("Runs, repeats and judges experiments on spectral steepest-descent optimizers for low-rank weights.");
  program.set_version_flag("--version", "steepest " STEEPEST_VERSION, "print the version and stop");
  program.add_option("--database", session.database_option, "the SQLite file with every run (default: results/steepest.db of the project)")
      ->type_name("PATH");
  program
      .add_option("--experiments", session.experiments_option,
                  "folder with config.yaml (or the root that --config-name names) and its groups (default: experiments of the project)")
      ->type_name("DIR");
  program.footer(
      "Examples:\n"
      "  steepest run rank_transfer                 plan the study and train what is not there yet\n"
      "  steepest report rank_transfer              its table\n"
      "  steepest tune model.width=256              a dense network's learning rate, by a cheap proxy\n"
      "  steepest run model.rank=2,8 'seed=range(3)'  runs of your own, without a study file\n"
      "  steepest optimizers                        what each costs a step, and what leaves its path alone\n"
      "  steepest doctor                            what is installed, and what to do about the rest\n"
      "Each subcommand has a --help of its own. Exit status: 0 done, 1 something failed, 2 mistake in the input,\n"
      "124 a time limit came first, 130 stopped by Ctrl-C.");
  std::vector<Command> commands;
  for (const auto add : {add_run,   add_init,   add_tune,    add_plan,       add_config, add_status,    add_query,  add_report,
                         add_serve, add_watch,  add_compare, add_stats,      add_claims, add_export,    add_import, add_adapter,
                         add_merge, add_delete, add_upgrade, add_optimizers, add_doctor, add_completion}) {
    commands.push_back(add(program, session));
    // Unknown words are kept, not complained about: parse.cpp names the nearest valid one.
    commands.back().options->fallthrough()->allow_extras();
  }
  program.require_subcommand(0, 1)->allow_extras();
  return commands;
}

}  // namespace steepest::app
