// rows.h: parameters, metric and spectrum rows into the file, with the summaries kept beside them; statistics out of it. Internal to lib/store; call in a transaction.
#pragma once
#include <vector>

#include "store/connection.h"
#include "store/flatten.h"

namespace steepest::store {

/// Writes the parameters of a run that has none yet.
void put_params(const Connection& connection, std::int64_t run, const std::vector<Param>& params);

/// Writes the rows of one run; a step that is there already is replaced. Keeps `metric_summary`.
void put_metrics(const Connection& connection, std::int64_t run, const std::vector<MetricRow>& rows);
void put_spectra(const Connection& connection, std::int64_t run, const std::vector<SpectrumRow>& rows);

/// Forgets all metric and spectrum rows of a run.
void drop_rows(const Connection& connection, std::int64_t run);

/// Forgets what was computed over a cell whose runs are no longer those: its own statistics, and what compares others with it.
void forget_statistics(const Connection& connection, std::int64_t study, const std::string& scale, const std::string& cell);

}  // namespace steepest::store
