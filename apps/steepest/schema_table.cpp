// schema_table.cpp: see schema_table.h.
#include "schema_table.h"

#include "report/text.h"

namespace steepest::app {

report::Table schema_table(const std::vector<options::FieldInfo>& rows) {
  report::Table table{
      {{"key"}, {"type"}, {"default"}, {"valid"}, {"unit"}, {"help"}}, {}, {"key", "type", "default", "valid", "unit", "help"}, {}};
  for (const auto& row : rows) {
    table.rows.push_back({row.key, row.type, report::value_text(row.default_value), row.valid, row.unit, row.help});
    table.values.push_back({row.key, row.type, row.default_value, row.valid, row.unit, row.help});
  }
  return table;
}

}  // namespace steepest::app
