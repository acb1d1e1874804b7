// table.cpp: see table.h.
#include "report/table.h"

#include <algorithm>

#include "options/error.h"
#include "report/text.h"

namespace steepest::report {
namespace {

struct Lines { std::string horizontal, vertical, top[3], middle[3], bottom[3]; };
const Lines kUnicode{"─", "│", {"┌", "┬", "┐"}, {"├", "┼", "┤"}, {"└", "┴", "┘"}};
const Lines kAscii{"-", "|", {"+", "+", "+"}, {"+", "+", "+"}, {"+", "+", "+"}};

std::string one_line(std::string text) {
  std::replace_if(text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
  return text;
}

std::string box(const Table& table, bool unicode) {
  const Lines& lines = unicode ? kUnicode : kAscii;
  const auto shown = [&](const std::string& text) { return unicode ? one_line(text) : to_ascii(one_line(text)); };
  std::vector<std::size_t> widths;
  for (std::size_t j = 0; j < table.columns.size(); ++j) {
    std::size_t width = display_width(shown(table.columns[j].header));
    for (const auto& row : table.rows) width = std::max(width, display_width(shown(row.at(j))));
    widths.push_back(width);
  }
  const auto rule = [&](const std::string (&ends)[3]) {
    std::string text = ends[0];
    for (std::size_t j = 0; j < widths.size(); ++j) {
      for (std::size_t k = 0; k < widths[j] + 2; ++k) text += lines.horizontal;
      text += j + 1 < widths.size() ? ends[1] : ends[2];
    }
    return text + "\n";
  };
  const auto line = [&](auto cell) {
    std::string text = lines.vertical;
    for (std::size_t j = 0; j < widths.size(); ++j) {
      text += " " + padded(shown(cell(j)), widths[j], table.columns[j].right) + " " + lines.vertical;
    }
    return text + "\n";
  };
  std::string text = rule(lines.top) + line([&](std::size_t j) { return table.columns[j].header; }) + rule(lines.middle);
  for (const auto& row : table.rows) text += line([&](std::size_t j) { return row[j]; });
  return text + rule(lines.bottom);
}

std::string markdown(const Table& table) {
  const auto escaped = [](const std::string& text) {
    std::string result;
    for (const char c : one_line(text)) result += c == '|' ? std::string("\\|") : std::string(1, c);
    return result;
  };
  std::string text = "|", rule = "|";
  for (const auto& column : table.columns) {
    text += " " + escaped(column.header) + " |";
    rule += column.right ? "---:|" : "---|";
  }
  text += "\n" + rule + "\n";
  for (const auto& row : table.rows) {
    text += "|";
    for (const auto& cell : row) text += " " + escaped(cell) + " |";
    text += "\n";
  }
  return text;
}

std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

std::string csv(const Table& table) {
  const auto line = [](const std::vector<std::string>& fields) {
    std::string text;
    for (std::size_t j = 0; j < fields.size(); ++j) text += (j ? "," : "") + csv_field(fields[j]);
    return text + "\n";
  };
  std::vector<std::string> headers = table.keys;
  if (table.keys.empty()) {
    for (const auto& column : table.columns) headers.push_back(column.header);
  }
  std::string text = line(headers);
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    std::vector<std::string> fields = table.rows[i];
    if (!table.keys.empty()) {
      fields.clear();
      for (const auto& value : table.values[i]) fields.push_back(value.is_null() ? "" : value_text(value));
    }
    text += line(fields);
  }
  return text;
}

}  // namespace

const std::vector<std::string>& format_names() {
  static const std::vector<std::string> names{"table", "markdown", "csv", "json"};
  return names;
}

Format format_named(const std::string& name) {
  const auto& names = format_names();
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) {
    throw options::InputError({"--format", "found \"" + name + "\"",
                               "table, markdown, csv or json", options::nearest_name(name, names), "", 0});
  }
  return static_cast<Format>(found - names.begin());
}

nlohmann::ordered_json to_json(const Table& table) {
  auto rows = nlohmann::ordered_json::array();
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    auto row = nlohmann::ordered_json::object();
    for (std::size_t j = 0; table.keys.empty() && j < table.columns.size(); ++j) row[table.columns[j].header] = table.rows[i][j];
    for (std::size_t k = 0; k < table.keys.size(); ++k) row[table.keys[k]] = table.values[i][k];
    rows.push_back(std::move(row));
  }
  return rows;
}

std::string render(const Table& table, Format format, bool unicode) {
  switch (format) {
    case Format::table: return box(table, unicode);
    case Format::markdown: return markdown(table);
    case Format::csv: return csv(table);
    case Format::json: return to_json(table).dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
  }
  return {};
}

}  // namespace steepest::report
