// config.cpp: `steepest config` shows what overrides compose to, and what there is to configure.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "commands.h"
#include "config/run_schema.h"
#include "options/error.h"
#include "report/table.h"
#include "report/text.h"
#include "study_arguments.h"
#include "terminal.h"
#include "yaml_text.h"

namespace steepest::app {
namespace {

struct ConfigArguments {
  std::vector<std::string> overrides;
  bool sources = false, schema = false, groups = false;
  std::string format = "table", config_name;
};

int print_groups(const config::Composer& composer, report::Format format) {
  report::Table table{{{"group"}, {"options"}}, {}, {"group", "options"}};
  for (const auto& group : composer.groups()) {
    const auto names = composer.options(group);
    table.rows.push_back({group, fmt::format("{}", fmt::join(names, ", "))});
    table.values.push_back({group, names});
  }
  print_result(report::render(table, format, Terminal(stdout).unicode));
  return 0;
}

int print_schema(report::Format format) {
  report::Table table{
      {{"key"}, {"type"}, {"default"}, {"valid"}, {"unit"}, {"help"}}, {}, {"key", "type", "default", "valid", "unit", "help"}};
  for (const auto& row : config::run_schema_table()) {
    table.rows.push_back({row.key, row.type, report::value_text(row.default_value), row.valid, row.unit, row.help});
    table.values.push_back({row.key, row.type, row.default_value, row.valid, row.unit, row.help});
  }
  print_result(report::render(table, format, Terminal(stdout).unicode));
  return 0;
}

/// The composed run, checked, with every option spelled out.
int print_composed(const config::Composer& composer, const ConfigArguments& arguments) {
  for (const auto& word : arguments.overrides) {
    if (word.find('=') == std::string::npos && word[0] != '~') {
      throw options::InputError(
          "\"" + word +
          "\" is no override; KEY=VALUE, GROUP=OPTION or ~KEY is needed. What a study plans shows `steepest plan " + word +
          "`");
    }
  }
  const auto composed = composer.compose(arguments.overrides);
  nlohmann::json resolved;
  try {
    resolved = config::to_json(config::read_run(composed.tree));
  } catch (const options::InputError& error) {
    throw composed.locate(error);
  }
  const auto remark = [&](const std::string& key) -> std::string {
    if (composed.sources.count(key) == 0) return "default";
    const auto source = composed.source(key);
    return source.line > 0 ? fmt::format("{}:{}", source.file, source.line) : source.file;
  };
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
  command->add_flag("--groups", arguments->groups, "the groups and their options");
  command->add_option("--config-name", arguments->config_name, "the root file: config (default) or flow")->type_name("NAME");
  command->add_option("--format", arguments->format, "of --schema and --groups: table, markdown, csv or json")->type_name("NAME");
  command->footer("Examples:\n"
                  "  steepest config\n"
                  "  steepest config optimizer=muon model.rank=dense --sources\n"
                  "  steepest config --config-name flow flow.smoothing=0.1\n"
                  "  steepest config --schema --format markdown");
  return {command, [&session, arguments] {
            const auto format = report::format_named(arguments->format);
            if (arguments->schema) return print_schema(format);
            const auto composer = composer_for(session, arguments->config_name);
            return arguments->groups ? print_groups(composer, format) : print_composed(composer, *arguments);
          }};
}

}  // namespace steepest::app
