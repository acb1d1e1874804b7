// table.h: a table once, printed as text with box lines (Unicode or ASCII), Markdown, CSV or JSON.
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace steepest::report {

enum class Format { table, markdown, csv, json };

/// Names of the formats, in the order of the enumeration.
const std::vector<std::string>& format_names();
/// Throws options::InputError that names the nearest format.
Format format_named(const std::string& name);

struct Column {
  std::string header;
  bool right = false;  ///< numbers stand to the right
};

/// `rows[i][j]` is the text of a cell for readers. CSV and JSON print `values` instead, numbers unrounded and null for nothing:
/// `values[i][k]` belongs to `keys[k]`, and one column for readers may be several there (a mean and its standard error).
/// Without keys they print the texts under the columns' headers.
struct Table {
  std::vector<Column> columns;
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> keys = {};
  std::vector<std::vector<nlohmann::json>> values = {};
};

/// One row for readers and the same row for machines, written side by side.
struct Line {
  std::vector<std::string> texts = {};
  std::vector<std::pair<std::string, nlohmann::json>> values = {};  ///< key and value; the keys of all lines of a table are the same

  void text(std::string words) { texts.push_back(std::move(words)); }
  void value(std::string key, nlohmann::json item) { values.emplace_back(std::move(key), std::move(item)); }
};
void append(Table& table, Line line);

/// Ends with a line feed. `unicode` chooses the box lines of Format::table and whether other characters are reduced to ASCII.
std::string render(const Table& table, Format format, bool unicode);

/// The rows as an array of objects.
nlohmann::ordered_json to_json(const Table& table);

}  // namespace steepest::report
