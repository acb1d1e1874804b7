// table.cpp: see table.h.
#include "report/table.h"

#include <algorithm>
#include <numeric>

#include "options/error.h"
#include "report/text.h"

namespace steepest::report {
namespace {

struct Lines {
  std::string horizontal, vertical, top[3], middle[3], bottom[3];
};
const Lines kUnicode{"─", "│", {"┌", "┬", "┐"}, {"├", "┼", "┤"}, {"└", "┴", "┘"}};
const Lines kAscii{"-", "|", {"+", "+", "+"}, {"+", "+", "+"}, {"+", "+", "+"}};

bool breaks_line(char c) { return c == '\n' || c == '\r' || c == '\t'; }

void make_one_line(std::string& text) { std::replace_if(text.begin(), text.end(), breaks_line, ' '); }

bool needs_no_change(const Table& table, bool unicode) {
  const auto bad = [&](char c) { return breaks_line(c) || (!unicode && static_cast<unsigned char>(c) >= 0x80); };
  const auto plain = [&](const std::string& text) { return std::none_of(text.begin(), text.end(), bad); };
  return std::all_of(table.columns.begin(), table.columns.end(), [&](const Column& column) { return plain(column.header); }) &&
         std::all_of(table.rows.begin(), table.rows.end(), [&](const auto& row) { return std::all_of(row.begin(), row.end(), plain); });
}

/// The cells as they are shown: one line each, in ASCII where the terminal has nothing else.
Table shown(const Table& given, bool unicode) {
  Table table{given.columns, given.rows};
  const auto show = [&](std::string& text) {
    make_one_line(text);
    if (!unicode) text = to_ascii(text);
  };
  for (auto& column : table.columns) show(column.header);
  for (auto& row : table.rows) {
    for (auto& cell : row) show(cell);
  }
  return table;
}

/// Long listings are printed, too, so every cell is appended in place.
std::string boxed(const Table& table, const Lines& lines) {
  std::vector<std::size_t> widths, own;  // of the columns, and of every cell, row by row
  for (const auto& column : table.columns) {
    widths.push_back(display_width(column.header));
    own.push_back(widths.back());
  }
  for (const auto& row : table.rows) {
    for (std::size_t j = 0; j < widths.size(); ++j) {
      own.push_back(display_width(row.at(j)));
      widths[j] = std::max(widths[j], own.back());
    }
  }
  std::string text;
  text.reserve((std::accumulate(widths.begin(), widths.end(), std::size_t{8}) + 6 * widths.size()) * (table.rows.size() + 4));
  const auto rule = [&](const std::string(&ends)[3]) {
    text += ends[0];
    for (std::size_t j = 0; j < widths.size(); ++j) {
      for (std::size_t k = 0; k < widths[j] + 2; ++k) text += lines.horizontal;
      text += j + 1 < widths.size() ? ends[1] : ends[2];
    }
    text += '\n';
  };
  auto cell_width = own.begin();
  const auto line = [&](const auto& cell) {
    text += lines.vertical;
    for (std::size_t j = 0; j < widths.size(); ++j) {
      const std::string& words = cell(j);
      const std::size_t blanks = widths[j] - *cell_width++;
      text += ' ';
      if (table.columns[j].right) text.append(blanks, ' ');
      text += words;
      if (!table.columns[j].right) text.append(blanks, ' ');
      text += ' ';
      text += lines.vertical;
    }
    text += '\n';
  };
  rule(lines.top);
  line([&](std::size_t j) -> const std::string& { return table.columns[j].header; });
  rule(lines.middle);
  for (const auto& row : table.rows) line([&](std::size_t j) -> const std::string& { return row[j]; });
  rule(lines.bottom);
  return text;
}

std::string box(const Table& table, bool unicode) {
  const Lines& lines = unicode ? kUnicode : kAscii;
  return needs_no_change(table, unicode) ? boxed(table, lines) : boxed(shown(table, unicode), lines);
}

std::string markdown(const Table& table) {
  const auto escaped = [](std::string text) {
    make_one_line(text);
    std::string result;
    for (const char c : text) result += c == '|' ? std::string("\\|") : std::string(1, c);
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

/// Of CSV and JSON.
std::size_t data_rows(const Table& table) { return table.keys.empty() ? table.rows.size() : table.values.size(); }

void append_field(std::string& text, const std::string& field) {
  if (std::none_of(field.begin(), field.end(), [](char c) { return c == ',' || c == '"' || c == '\r' || c == '\n'; })) {
    text += field;
    return;
  }
  text += '"';
  for (const char c : field) text.append(c == '"' ? 2 : 1, c);
  text += '"';
}

std::string csv(const Table& table) {
  std::string text;
  const auto line = [&](const std::vector<std::string>& fields) {
    for (std::size_t j = 0; j < fields.size(); ++j) {
      if (j > 0) text += ',';
      append_field(text, fields[j]);
    }
    text += '\n';
  };
  std::vector<std::string> headers = table.keys;
  if (table.keys.empty()) {
    for (const auto& column : table.columns) headers.push_back(column.header);
  }
  line(headers);
  for (std::size_t i = 0; i < data_rows(table); ++i) {
    if (table.keys.empty()) {
      line(table.rows[i]);
      continue;
    }
    std::vector<std::string> fields;
    for (const auto& value : table.values[i]) fields.push_back(value.is_null() ? "" : value_text(value));
    line(fields);
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
    throw options::InputError(
        {"--format", "found \"" + name + "\"", "table, markdown, csv or json", options::nearest_name(name, names), "", 0});
  }
  return static_cast<Format>(found - names.begin());
}

void append(Table& table, Line line) {
  table.rows.push_back(std::move(line.texts));
  table.values.emplace_back();
  table.keys.clear();
  for (auto& [key, value] : line.values) {
    table.keys.push_back(std::move(key));
    table.values.back().push_back(std::move(value));
  }
}

nlohmann::ordered_json to_json(const Table& table) {
  auto rows = nlohmann::ordered_json::array();
  for (std::size_t i = 0; i < data_rows(table); ++i) {
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
