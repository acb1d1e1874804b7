// run_comparison.h: in what two runs differ: configuration, course, machine, last values.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "report/table.h"
#include "store/reader.h"

namespace steepest::report {

struct RunComparison {
  std::int64_t a, b;
  std::optional<bool> same_bits;  ///< whether both ended with the same parameters; empty unless both have a parameter hash
  Table table;                    ///< one line a key: configuration first, then the run, its machine, its metrics
  std::vector<std::string> remarks;
};

/// Of configuration, run and machine the keys that differ, with `all` the others too; status, step, seconds and metrics always.
RunComparison compare_runs(const store::Reader& reader, std::int64_t a, std::int64_t b, bool all);

/// table and markdown: everything; csv: the table alone; json: everything, numbers unrounded. Ends with a line feed.
std::string render(const RunComparison& comparison, Format format, bool unicode);

}  // namespace steepest::report
