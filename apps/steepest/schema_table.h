// schema_table.h: options as a table, for `config --schema` and `optimizers NAME`.
#pragma once
#include <vector>

#include "options/json.h"
#include "report/table.h"

namespace steepest::app {

/// One row an option: key, type, default, valid values, unit, help.
report::Table schema_table(const std::vector<options::FieldInfo>& rows);

}  // namespace steepest::app
