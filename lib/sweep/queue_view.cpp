// queue_view.cpp: see queue_view.h.
#include "sweep/queue_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace steepest::sweep {
namespace {

/// SQL text literal. Tokens are hexadecimal and scales are file names; quoting them all the same costs nothing.
std::string literal(const std::string& text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? std::string("''") : std::string(1, c);
  return result + "'";
}

std::optional<double> number(const store::Database::Table& table) {
  if (table.rows.empty() || table.rows[0].empty() || table.rows[0][0].empty()) return {};
  return std::stod(table.rows[0][0]);
}

}  // namespace

std::optional<std::int64_t> held_run(const store::Database& database, const std::string& token) {
  const auto found = database.query("SELECT id FROM run WHERE token = " + literal(token));
  if (found.rows.empty()) return {};
  return std::stoll(found.rows[0][0]);
}

std::int64_t holding(const store::Database& database, const std::vector<std::string>& tokens) {
  if (tokens.empty()) return 0;
  std::string list;
  for (const auto& token : tokens) list += (list.empty() ? "" : ", ") + literal(token);
  return static_cast<std::int64_t>(number(database.query("SELECT count(*) FROM run WHERE token IN (" + list + ")")).value_or(0));
}

std::optional<double> measured_speed(const store::Database& database) {
  return number(database.query("SELECT sum(flops) / sum(seconds) FROM run WHERE status = 'completed' AND seconds > 0 AND imported_at IS NULL"));
}

}  // namespace steepest::sweep
