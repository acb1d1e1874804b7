// run.cpp: `steepest run` plans a study and trains what is not there yet.
#include "commands.h"
#include "options/error.h"
#include "run_options.h"
#include "run_study.h"
#include "shard/shard.h"
#include "shard_job.h"
#include "shard_options.h"
#include "shell_word.h"
#include "study_arguments.h"
#include "submit.h"
#include "sweep/rerun.h"

namespace steepest::app {
namespace {

/// The same call once more. What concerns this call alone (how many workers, for how long) is left out.
std::string command_again(const Session& session, const StudyArguments& arguments, const RunOptions& options, const ShardOptions& where) {
  std::string text = command_line(session, "run");
  if (!arguments.config_name.empty()) text += " --config-name " + shell_word(arguments.config_name);
  if (!options.rerun.empty()) text += " --rerun";
  for (const auto& run : options.rerun) text += " " + shell_word(run);
  for (const auto& word : arguments.words) text += " " + shell_word(word);
  if (!arguments.scale.empty()) text += " --scale " + shell_word(arguments.scale);
  if (!arguments.device.empty()) text += " --device " + shell_word(arguments.device);
  if (!options.shard.empty()) text += " --shard " + options.shard;
  if (where.slurm()) text += " --engine slurm";
  if (!where.planned.empty()) text += " --planned " + shell_word(where.planned);
  if (!where.shared.empty()) text += " --shared " + shell_word(where.shared);
  return text;
}

int work(const Session& session, const StudyArguments& arguments, const RunOptions& options, const ShardOptions& where) {
  where.check(options);
  const std::string again = command_again(session, arguments, options, where);
  if (where.slurm()) return submit({session, arguments, options, again}, where);
  if (where.is_job()) return run_shard({session, arguments, options, again}, where);
  const bool rerun = !options.rerun.empty();
  if (rerun && !arguments.words.empty()) throw options::InputError("--rerun names runs by themselves; leave the study and overrides out");
  if (rerun && !options.shard.empty()) throw options::InputError("--rerun names runs by themselves; leave --shard out");
  const auto runs_to_remake = [&] {
    if (!options.dry_run) session.upgrade_if_present();
    return sweep::rerun_study(session.open_to_read().reader(), options.rerun);
  };
  const auto asked = [&] {
    if (options.shard.empty()) return arguments.load(session);
    const auto shard = shard::shard_of("--shard", options.shard);  // before the study is composed, which takes longer
    return shard::part(grown_by_now(session, arguments.load(session)), shard);
  };
  return run_study({session, arguments, options, again}, rerun ? runs_to_remake() : asked());
}

}  // namespace

Command add_run(CLI::App& program, Session& session) {
  auto* command = program.add_subcommand("run", "plan a study, or runs of your own, and train what is not there yet");
  const auto arguments = StudyArguments::add(*command);
  const auto options = RunOptions::add(*command);
  const auto where = ShardOptions::add(*command);
  command->footer(
      "A run that is in the database already is not run again; an interrupted study continues where it stopped. Ctrl-C lets\n"
      "the workers write a checkpoint first, a second Ctrl-C ends them at once. Several `steepest run` at a time on one file do not\n"
      "disturb each other: each ends when all that it asked for has ended, and what two ask for is made once.\n"
      "Overrides of the seed and of what a study sweeps belong to the study; another override makes a study of its own, which is\n"
      "named after it.\n"
      "Exit status: 0 done, 1 a run failed, 2 mistake in the input, 124 the time limit came first, 130 stopped by Ctrl-C.\n\n"
      "Examples:\n"
      "  steepest run rank_transfer\n"
      "  steepest run rank_transfer --scale paper --jobs 8\n"
      "  steepest run rank_transfer 'seed=range(6)'   more seeds; the two that are there are kept\n"
      "  steepest run rank_transfer training.steps=50 a look, beside it: the study 'rank_transfer training.steps=50'\n"
      "  steepest run rank_transfer --time-limit 8h --fail-fast\n"
      "  steepest run rank_transfer --device cuda:0,cuda:1\n"
      "  steepest run rank_transfer --engine slurm --time 4h --partition cpu   an array job; `steepest status` collects\n"
      "  steepest run rank_transfer --engine slurm --shared /project/me --gres gpu:1 --device cuda\n"
      "  steepest run rank_transfer --shard 3/8       the third of eight parts: for HyperQueue, GNU parallel and the like\n"
      "  steepest run --rerun 7                       run 7 once more: the same bits?\n"
      "  steepest run model.rank=2,8,32 optimizer.learning_rate=0.1 --scale smoke\n"
      "  steepest run model.rank=2 +probe=spectra     and its singular values: steepest query spectra\n"
      "  steepest run +base=austen model.rank=8 model.init.factors=lora");
  return {command, [&session, arguments, options, where] { return work(session, *arguments, *options, *where); }};
}

}  // namespace steepest::app
