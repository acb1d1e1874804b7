// config.cpp: `steepest config` shows what overrides compose to, and what there is to configure.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "commands.h"
#include "hydra_words.h"
#include "options/error.h"
#include "results/label.h"
#include "report/table.h"
#include "report/text.h"
#include "run/inputs.h"
#include "run/matching.h"
#include "run/run.h"
#include "schema_table.h"
#include "shell_word.h"
#include "study_arguments.h"
#include "terminal.h"
#include "yaml_text.h"

namespace steepest::app {
namespace {

struct ConfigArguments {
  std::vector<std::string> overrides;
  bool sources = false, schema = false, groups = false;
  std::string format = "table", config_name, explain;
};

using Rows = std::vector<options::FieldInfo>;

int print_groups(const hydra::Composer& composer, report::Format format) {
  report::Table table{{{"group"}, {"options"}}, {}, {"group", "options"}};
  for (const auto& group : composer.groups()) {
    const auto names = composer.options(group);
    table.rows.push_back({group, fmt::format("{}", fmt::join(names, ", "))});
    table.values.push_back({group, names});
  }
  print_result(report::render(table, format, Terminal(stdout).unicode));
  return 0;
}

int print_schema(const Rows& rows, report::Format format) {
  print_result(report::render(schema_table(rows), format, Terminal(stdout).unicode));
  return 0;
}

/// Where a value of a composed run comes from. What a corpus tells of itself may have taken the place of what a file states.
std::string source_text(const hydra::Composed& composed, const nlohmann::json& resolved, const std::string& key) {
  const bool of_corpus = key.ends_with("data.sha256") || key.ends_with("data.vocabulary");
  const bool changed = results::at_key(composed.tree, key) != results::at_key(resolved, key);
  if (of_corpus && changed) return "the corpus itself";
  const bool of_checkpoint = key.rfind("model.shape", 0) == 0 || key == "base.sha256" || key == "base.adapter_sha256";
  if (of_checkpoint && changed) return "the checkpoint itself";
  if (key == "training.steps" && changed) return "training.match";
  if (!composed.states(key)) return "default";
  const auto source = composed.source(key);
  return source.line > 0 ? fmt::format("{}:{}", source.file, source.line) : source.file;
}

/// The composed run, checked, with every option spelled out. What a corpus that is not here would tell stays open, and is said.
nlohmann::json resolved_of(const hydra::Composed& composed, const Session& session) {
  try {
    auto run = run::read_run(composed.tree);
    try {
      const auto completion = session.completion();
      run::complete_inputs(run, completion);
      run::match_steps(run, completion);
    } catch (const options::InputError& error) { print_note(std::string("left open, and needed to plan this run: ") + error.what()); }
    return run::to_json(run);
  } catch (const options::InputError& error) { throw composed.locate(error); }
}

/// One key, or every key of a section: what it means, what is valid, its value in the composed run and where that comes from.
int print_explanation(const Session& session, const hydra::Composer& composer, const ConfigArguments& arguments, report::Format format) {
  const std::string& wanted = arguments.explain;
  Rows found;
  std::vector<std::string> names;
  for (const auto& row : run::schema()) {
    names.push_back(row.key);
    if (row.key == wanted || row.key.rfind(wanted + ".", 0) == 0) found.push_back(row);
  }
  if (found.empty()) {
    throw options::InputError(
        {wanted, "no such key", "one of those that `steepest config --schema` lists", options::nearest_name(wanted, names), "", 0});
  }
  if (format == report::Format::table && std::all_of(found.begin(), found.end(), [&](const auto& row) { return row.key == wanted; })) {
    const auto composed = composer.compose(arguments.overrides);
    const auto resolved = resolved_of(composed, session);
    const auto value = results::at_key(resolved, wanted);
    const std::string source = source_text(composed, resolved, wanted);
    const std::string shown = value.is_null() ? "not part of this run" : fmt::format("{}, from {}", report::value_text(value), source);
    print_result(fmt::format("{}: {}\n", wanted, shown));
  }
  return print_schema(found, format);
}

int print_composed(const Session& session, const hydra::Composer& composer, const ConfigArguments& arguments) {
  for (const auto& word : arguments.overrides) {
    if (word.find('=') == std::string::npos && word[0] != '~') {
      throw options::InputError("\"" + word +
                                "\" is no override; KEY=VALUE, GROUP=OPTION or ~KEY is needed. What a study plans shows `steepest plan " +
                                shell_word(word) + "`");
    }
  }
  const auto composed = composer.compose(arguments.overrides);
  const auto resolved = resolved_of(composed, session);
  const auto remark = [&](const std::string& key) { return source_text(composed, resolved, key); };
  print_result(arguments.sources ? yaml_text(resolved, remark) : yaml_text(resolved));
  return 0;
}

}  // namespace

Command add_config(CLI::App& program, Session& session) {
  auto* command = program.add_subcommand("config", "show what overrides compose to, and which keys and groups there are");
  const auto arguments = std::make_shared<ConfigArguments>();
  command->add_option("overrides", arguments->overrides, "such as model.rank=8 or optimizer=muon")->type_name("[KEY=VALUE ...]");
  command->add_flag("--sources", arguments->sources, "behind each value the file and line that it comes from");
  command->add_flag("--schema", arguments->schema, "every key with type, default, valid values, unit and help");
  command->add_option("--explain", arguments->explain, "one key, or a section: meaning, valid values, value and where it comes from")
      ->type_name("KEY");
  command->add_flag("--groups", arguments->groups, "the groups and their options");
  command->add_option("--config-name", arguments->config_name, "the root file: config (default) or flow")->type_name("NAME");
  command->add_option("--format", arguments->format, "of --schema, --explain and --groups: table, markdown, csv or json")
      ->type_name("NAME");
  command->footer(
      "Examples:\n"
      "  steepest config\n"
      "  steepest config optimizer=muon model.rank=dense --sources\n"
      "  steepest config --config-name flow flow.smoothing_squared=1e-2\n"
      "  steepest config --explain optimizer.learning_rate\n"
      "  steepest config --schema --format markdown");
  return {command, [&session, arguments] {
            const auto format = report::format_named(arguments->format);
            if (arguments->schema) return print_schema(run::schema(), format);
            refuse_hydra_settings(arguments->overrides);
            const auto composer = composer_for(session, arguments->config_name);
            if (!arguments->explain.empty()) return print_explanation(session, composer, *arguments, format);
            return arguments->groups ? print_groups(composer, format) : print_composed(session, composer, *arguments);
          }};
}

}  // namespace steepest::app
