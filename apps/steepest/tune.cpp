// tune.cpp: `steepest tune` finds a dense network's learning rate with a cheap proxy.
#include <fmt/format.h>

#include "commands.h"
#include "options/error.h"
#include "report/tuning.h"
#include "run_options.h"
#include "run_study.h"
#include "shell_word.h"
#include "study_arguments.h"
#include "terminal.h"

namespace steepest::app {
namespace {

struct TuneArguments {
  StudyArguments given;
  std::string proxy = tune::kUsualProxy, format = "table";
  bool verify = false;
};

tune::Asked asked_for(const TuneArguments& arguments) {
  tune::Asked asked{{}, arguments.given.scale.empty() ? kDefaultScale : arguments.given.scale, arguments.proxy};
  for (const auto& word : arguments.given.words) {
    if (!is_override(word))
      throw options::InputError("\"" + word + "\" is no override; the network is described by words such as model.width=256");
    asked.overrides.push_back(word);
  }
  if (const auto kind = arguments.given.device_kind(); !kind.empty()) asked.overrides.push_back("device=" + kind);
  return asked;
}

std::string command_again(const Session& session, const TuneArguments& arguments) {
  std::string text = command_line(session, "tune");
  if (arguments.proxy != tune::kUsualProxy) text += " --proxy " + shell_word(arguments.proxy);
  for (const auto& word : arguments.given.words) text += " " + shell_word(word);
  if (!arguments.given.scale.empty()) text += " --scale " + shell_word(arguments.given.scale);
  if (!arguments.given.device.empty()) text += " --device " + shell_word(arguments.given.device);
  return text + (arguments.verify ? " --verify" : "");
}

void say_cost(const tune::ProxyStudy& proxy) {
  double flops = 0;
  for (const auto& run : proxy.study.runs) flops += run.flops;
  const double dense = proxy.dense.flops * static_cast<double>(proxy.study.runs.size());
  print_note(fmt::format("a proxy ({}) for a dense network ({}): {:.3g} GFLOP, {:.3g} % of what the dense network costs at the same rates",
                         proxy.proxy_text, proxy.dense_text, flops / 1e9, 100 * flops / dense));
}

int work(const Session& session, const TuneArguments& arguments, const RunOptions& options) {
  const auto format = report::format_named(arguments.format);
  const auto asked = asked_for(arguments);
  const auto composer = session.composer();
  const auto study_at = [&](const std::vector<double>& dense_rates) {
    return tune::proxy_study(composer, asked, dense_rates, session.completion());
  };
  const StudyCall call{arguments.given.devices(), command_again(session, arguments), {.retry_failed = !arguments.given.keep_failed}};
  auto proxy = study_at({});
  say_cost(proxy);
  if (const int status = run_study(session, proxy.study, options, call); status != 0 || options.dry_run) return status;
  const auto found = [&] { return tune::tuned(session.open_to_read().reader(), proxy); };
  auto tuned = found();
  if (!tuned) {
    print_error("at every rate some run of the proxy diverged, so that none is best; its table: " +
                command_line(session, "report " + shell_word(proxy.study.name)));
    return 1;
  }
  if (arguments.verify) {
    proxy = study_at(tuned->neighbours());
    if (const int status = run_study(session, proxy.study, options, call); status != 0) return status;
    tuned = found();
  }
  const auto file = session.open_to_read();
  const auto reader = file.reader();
  const auto result =
      report::tuning_report(proxy, *tuned, tune::stored_regrets(reader, proxy.study.name), tune::transfer_claims(composer, reader));
  print_result(report::render(result, format, Terminal(stdout).unicode));
  return 0;
}

}  // namespace

Command add_tune(CLI::App& program, Session& session) {
  auto* command = program.add_subcommand("tune", "find the learning rate of a dense network with a small low-rank one, its proxy");
  const auto arguments = std::make_shared<TuneArguments>();
  arguments->given.add_training(*command);
  command->add_option("overrides", arguments->given.words, "what the dense network is, such as model.width=256 data=austen")
      ->type_name("[KEY=VALUE ...]");
  command->add_option("--proxy", arguments->proxy, "file below experiments/proxy (default: low_rank)")->type_name("NAME");
  command->add_flag("--verify", arguments->verify, "run the dense network at that rate and its neighbours, and say what the rate costs it");
  command->add_option("--format", arguments->format, "table, markdown, csv or json")->type_name("NAME");
  const auto options = RunOptions::add_training(*command);
  command->footer(
      "The proxy has rank 2, half the width and half the layers, each run the operations of a dense run of its own shape; its grid of "
      "rates\n"
      "grows until the best one lies inside. It is an ordinary study, named after the overrides: an interrupted call continues with the\n"
      "same command, and `report`, `status` and `watch` take its name. Whether such a rate serves a dense network is a matter of "
      "measurement:\n"
      "what stored studies say of it, failures too, is told below the rate, and --verify tries it on this network.\n"
      "Exit status: as `steepest run`.\n\n"
      "Examples:\n"
      "  steepest tune                                the default network on TinyShakespeare\n"
      "  steepest tune model.width=256 model.layers=4 --verify\n"
      "  steepest tune data=austen 'seed=range(6)' --format json\n"
      "  steepest tune model.width=512 --dry-run      what it would run, and what that takes\n"
      "  steepest tune --scale smoke --verify         seconds, on the synthetic corpus");
  return {command, [&session, arguments, options] { return work(session, *arguments, *options); }};
}

}  // namespace steepest::app
