// query.cpp: `steepest query` shows a saved view by its name, or answers one read-only SQL query.
#include <fmt/format.h>

#include <limits>

#include "commands.h"
#include "options/error.h"
#include "parse.h"
#include "report/draw.h"
#include "report/table.h"
#include "store/view_query.h"
#include "store/views.h"
#include "terminal.h"

namespace steepest::app {
namespace {

/// A table for readers ends here unless --limit says otherwise: `curves` may have millions of rows.
constexpr std::int64_t kShownRows = 1000;

struct QueryArguments {
  std::string text, study, scale, run, limit, format = "table";
};

std::optional<std::int64_t> number_if_given(const char* option, const std::string& text) {
  if (text.empty()) return {};
  return whole_number(option, text, 0, std::numeric_limits<std::int64_t>::max());
}

void print(const store::Texts& answer, report::Format format) {
  switch (format) {
    case report::Format::csv: return report::draw_csv(answer, print_result);
    case report::Format::markdown: return report::draw_markdown(answer, report::numeric_columns(answer), print_result);
    default: return report::draw_box(answer, report::numeric_columns(answer), Terminal(stdout).unicode, print_result);
  }
}

int list_views(report::Format format) {
  report::Table table{{{"view"}, {"a row says"}}, {}};
  for (const auto& view : store::saved_views()) table.rows.push_back({view.name, view.meaning});
  print_result(report::render(table, format, Terminal(stdout).unicode));
  if (format == report::Format::table) {
    print_result(
        "Example: steepest query best_rate --study rank_transfer\n"
        "Tables work alike; your own SQL: steepest query \"select ...\". Columns: docs/database.md\n");
  }
  return 0;
}

/// The answer as JSON: there numbers are numbers and NULL is null.
void print_values(store::Values answer) {
  report::Table table;
  table.keys = std::move(answer.columns);
  table.values = std::move(answer.rows);
  print_result(report::render(table, report::Format::json, false));
}

void print_answer(const store::Reader& reader, const std::string& sql, report::Format format) {
  if (format == report::Format::json) print_values(reader.query_values(sql));
  else print(reader.query_texts(sql), format);
}

int show_view(const store::Reader& reader, const QueryArguments& arguments, report::Format format) {
  store::ViewFilter filter{arguments.study, arguments.scale, number_if_given("--run", arguments.run),
                           number_if_given("--limit", arguments.limit)};
  if (filter.limit || format == report::Format::csv || format == report::Format::json) {
    print_answer(reader, store::view_sql(reader, arguments.text, filter), format);
    return 0;
  }
  filter.limit = kShownRows + 1;
  auto answer = reader.query_texts(store::view_sql(reader, arguments.text, filter));
  const bool more = answer.rows() > static_cast<std::size_t>(kShownRows);
  if (more) answer.ends.resize(static_cast<std::size_t>(kShownRows) * answer.columns.size());
  print(answer, format);
  if (more) print_note(fmt::format("these are the first {} rows; --limit N shows more, --format csv all", kShownRows));
  return 0;
}

int work(const Session& session, const QueryArguments& arguments) {
  const auto format = report::format_named(arguments.format);
  if (arguments.text.empty()) return list_views(format);
  const auto file = session.open_to_read();
  const auto reader = file.reader();
  if (store::is_one_name(arguments.text)) return show_view(reader, arguments, format);
  if (!arguments.study.empty() || !arguments.scale.empty() || !arguments.run.empty() || !arguments.limit.empty()) {
    throw options::InputError(
        "--study, --scale, --run and --limit go with the name of a saved view; in your own SQL write WHERE and LIMIT");
  }
  print_answer(reader, arguments.text, format);
  return 0;
}

}  // namespace

Command add_query(CLI::App& program, Session& session) {
  auto* command = program.add_subcommand("query", "a saved view by its name, or one SQL query; nothing can be changed by it");
  const auto arguments = std::make_shared<QueryArguments>();
  command->add_option("query", arguments->text, "a saved view or table, or SQL; without it the saved views are listed")
      ->type_name("[NAME | SQL]");
  command->add_option("--study", arguments->study, "of a view: rows of this study alone")->type_name("STUDY");
  command->add_option("--scale", arguments->scale, "of a view: rows at this scale alone")->type_name("NAME");
  command->add_option("--run", arguments->run, "of a view: rows of this run alone")->type_name("ID");
  command->add_option("--limit", arguments->limit, "of a view: at most so many rows (default: 1000 in a table, all in csv and json)")
      ->type_name("N");
  command->add_option("--format", arguments->format, "table, markdown, csv or json")->type_name("NAME");
  command->footer(
      "Examples:\n"
      "  steepest query                                     the saved views, a line each\n"
      "  steepest query best_rate --study rank_transfer\n"
      "  steepest query curves --run 7 --format csv > run_7.csv\n"
      "  steepest query \"select status, count(*) as runs from run group by status\"\n"
      "  steepest query \"select id, rank, learning_rate, validation_loss from run_summary order by validation_loss limit 5\"\n"
      "Tables, views and their columns: docs/database.md");
  return {command, [&session, arguments] { return work(session, *arguments); }};
}

}  // namespace steepest::app
