// view_query.cpp: see view_query.h.
#include "store/view_query.h"

#include <algorithm>
#include <cctype>
#include <vector>

#include "options/error.h"
#include "options/valid_text.h"

namespace steepest::store {
namespace {

using options::InputError;
using Names = std::vector<std::string>;

Names first_column(const Reader& reader, const std::string& sql) {
  Names names;
  for (auto& row : reader.query(sql).rows) names.push_back(std::move(row[0]));
  return names;
}

bool has(const Names& names, const std::string& name) { return std::find(names.begin(), names.end(), name) != names.end(); }

std::string listed(const Names& names) { return names.empty() ? "none yet" : options::list_text(names); }

/// A text as SQL writes it.
std::string quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? std::string("''") : std::string(1, c);
  return result + "'";
}

void require(const Names& names, const std::string& name, const std::string& option, const std::string& kind) {
  if (!has(names, name)) {
    throw InputError(
        {option, "the database has no " + kind + " \"" + name + "\"", listed(names), options::nearest_name(name, names), "", 0});
  }
}

/// The column that names a run; empty where rows do not belong to runs.
std::string run_column(const std::string& name, const Names& columns) {
  if (has(columns, "run_id") && name != "seeds") return "run_id";  // there it is one run of many
  return name == "run" || name == "run_summary" ? "id" : "";
}

[[noreturn]] void refuse(const std::string& option, const std::string& name, const Names& columns) {
  throw InputError(option + ": the rows of " + name + " cannot be chosen by it; its columns: " + listed(columns));
}

}  // namespace

bool is_one_name(const std::string& text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isalnum(c) || c == '_'; });
}

std::string view_sql(const Reader& reader, const std::string& name, const ViewFilter& filter) {
  const Names known = first_column(
      reader, "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite%' ORDER BY type DESC, name");
  if (!has(known, name)) {
    throw InputError({"", "there is no saved view or table \"" + name + "\"", listed(known), options::nearest_name(name, known), "", 0});
  }
  const Names columns = first_column(reader, "SELECT name FROM pragma_table_info(" + quoted(name) + ")");
  const std::string run = run_column(name, columns);
  if (!filter.study.empty()) require(reader.study_names(), filter.study, "--study", "study");
  if (!filter.scale.empty())
    require(first_column(reader, "SELECT DISTINCT scale FROM study_run ORDER BY scale"), filter.scale, "--scale", "runs at scale");

  Names conditions, of_runs;
  if (!filter.study.empty()) {
    const std::string study = quoted(filter.study), id = "(SELECT id FROM study WHERE name = " + study + ")";
    if (has(columns, "study")) conditions.push_back("study = " + study);
    else if (has(columns, "study_id")) conditions.push_back("study_id = " + id);
    else if (name == "study") conditions.push_back("name = " + study);
    else of_runs.push_back("study_id = " + id);
  }
  if (!filter.scale.empty()) (has(columns, "scale") ? conditions : of_runs).push_back("scale = " + quoted(filter.scale));
  if (!of_runs.empty()) {
    if (run.empty()) refuse(filter.study.empty() ? "--scale" : "--study", name, columns);
    std::string inner;
    for (const auto& condition : of_runs) inner += (inner.empty() ? "" : " AND ") + condition;
    conditions.push_back(run + " IN (SELECT run_id FROM study_run WHERE " + inner + ")");
  }
  if (filter.run) {
    if (run.empty()) refuse("--run", name, columns);
    const std::string id = std::to_string(*filter.run);
    const auto range = reader.query("SELECT count(*), min(id), max(id), coalesce(sum(id = " + id + "), 0) FROM run").rows[0];
    if (range[3] == "0") {
      throw InputError(
          {"--run", "the reader has no run " + id, range[0] == "0" ? "none yet" : "ids from " + range[1] + " to " + range[2], "", "", 0});
    }
    conditions.push_back(run + " = " + id);
  }
  std::string sql = "SELECT * FROM " + name;
  for (std::size_t i = 0; i < conditions.size(); ++i) sql += (i == 0 ? " WHERE " : " AND ") + conditions[i];
  if (filter.limit) sql += " LIMIT " + std::to_string(*filter.limit);
  return sql;
}

}  // namespace steepest::store
