// rows.h: metric and spectrum rows into the file, with the summaries kept beside them. Internal to lib/store; call in a transaction.
#pragma once
#include <vector>

#include "store/connection.h"

namespace steepest::store {

/// Writes the rows of one run; a step that is there already is replaced. Keeps `metric_summary`.
void put_metrics(const Connection& connection, std::int64_t run, const std::vector<MetricRow>& rows);
void put_spectra(const Connection& connection, std::int64_t run, const std::vector<SpectrumRow>& rows);

/// Forgets all metric and spectrum rows of a run.
void drop_rows(const Connection& connection, std::int64_t run);

}  // namespace steepest::store
