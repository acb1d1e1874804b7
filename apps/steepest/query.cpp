// query.cpp: `steepest query` answers one read-only SQL query.
#include "commands.h"
#include "report/table.h"
#include "terminal.h"

namespace steepest::app {
namespace {

/// Columns of numbers stand to the right.
bool numeric(const store::Database::Table& answer, std::size_t column) {
  bool any = false;
  for (const auto& row : answer.rows) {
    const auto& text = row[column];
    if (text.empty()) continue;
    char* end = nullptr;
    std::strtod(text.c_str(), &end);
    if (end == text.c_str() || *end != '\0') return false;
    any = true;
  }
  return any;
}

int work(const Session& session, const std::string& sql, const std::string& format) {
  const auto chosen = report::format_named(format);
  const auto database = session.open(store::Access::read_only);
  auto answer = database.query(sql);
  report::Table table;
  for (std::size_t j = 0; j < answer.columns.size(); ++j) table.columns.push_back({answer.columns[j], numeric(answer, j)});
  table.rows = std::move(answer.rows);
  const Terminal terminal(stdout);
  print_result(report::render(table, chosen, terminal.unicode));
  return 0;
}

}  // namespace

Command add_query(CLI::App& program, Session& session) {
  auto* command = program.add_subcommand("query", "answer one SQL query over the database; nothing can be changed by it");
  const auto sql = std::make_shared<std::string>();
  const auto format = std::make_shared<std::string>("table");
  command->add_option("sql", *sql, "the query; tables and columns: docs/database.md")->required()->type_name("SQL");
  command->add_option("--format", *format, "table, markdown, csv or json")->type_name("NAME");
  command->footer(
      "Examples:\n"
      "  steepest query \"select status, count(*) as runs from run group by status\"\n"
      "  steepest query \"select id, rank, learning_rate, validation_loss from run_summary order by validation_loss limit 5\"\n"
      "  steepest query \"select * from statistic\" --format csv > statistic.csv");
  return {command, [&session, sql, format] { return work(session, *sql, *format); }};
}

}  // namespace steepest::app
