// table.cpp: see table.h.
#include "report/table.h"

#include <algorithm>

#include "options/error.h"
#include "report/draw.h"
#include "report/text.h"

namespace steepest::report {
namespace {

/// The texts that readers see.
store::Texts texts_of(const Table& table) {
  store::Texts texts;
  for (const auto& column : table.columns) texts.columns.push_back(column.header);
  for (const auto& row : table.rows) {
    for (std::size_t j = 0; j < table.columns.size(); ++j) texts.add(row.at(j));
  }
  return texts;
}

std::vector<bool> to_the_right(const Table& table) {
  std::vector<bool> right;
  for (const auto& column : table.columns) right.push_back(column.right);
  return right;
}

/// Of CSV and JSON.
std::size_t data_rows(const Table& table) { return table.keys.empty() ? table.rows.size() : table.values.size(); }

/// The texts that other programs read.
store::Texts values_of(const Table& table) {
  if (table.keys.empty()) return texts_of(table);
  store::Texts texts{table.keys};
  for (const auto& row : table.values) {
    for (const auto& value : row) texts.add(value.is_null() ? "" : value_text(value));
  }
  return texts;
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
  std::string text;
  const auto put = [&](std::string_view piece) { text += piece; };
  switch (format) {
    case Format::table: draw_box(texts_of(table), to_the_right(table), unicode, put); break;
    case Format::markdown: draw_markdown(texts_of(table), to_the_right(table), put); break;
    case Format::csv: draw_csv(values_of(table), put); break;
    case Format::json: text = to_json(table).dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
  }
  return text;
}

}  // namespace steepest::report
