// put_rows.h: rows of a run into the file and out of it, with the summaries beside them. Internal to lib/store; call in a transaction.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "store/connection.h"
#include "store/flatten.h"
#include "store/rows.h"

namespace steepest::store {

/// Writes the parameters of a run that has none yet.
void put_params(Connection& connection, std::int64_t run, const std::vector<Param>& params);

/// Where rows of a run are: its own, or those of a run that is made again and has not ended yet.
enum class Shelf { own, staged };

/// Writes the rows of one run; a step that is there already is replaced. Keeps `metric_summary` of its own rows.
void put_metrics(Connection& connection, std::int64_t run, const std::vector<MetricRow>& rows, Shelf shelf = Shelf::own);
void put_spectra(Connection& connection, std::int64_t run, const std::vector<SpectrumRow>& rows, Shelf shelf = Shelf::own);

/// `metric_summary` anew, from all metric rows of a run.
void summarize_anew(Connection& connection, std::int64_t run);

/// Forgets all metric and spectrum rows of a run, of both shelves; those that are staged alone; what is staged takes the place of its own.
void drop_rows(Connection& connection, std::int64_t run);
void drop_staged(Connection& connection, std::int64_t run);
void take_staged(Connection& connection, std::int64_t run);

/// Stores the environment once (by its hash) and ties the run to it.
void put_environment(Connection& connection, std::int64_t run, const nlohmann::json& environment);

/// An event, of a run or of none.
void note(Connection& connection, std::optional<std::int64_t> run, const std::string& kind, const std::string& message);

/// Forgets what was computed over a cell whose runs are no longer those: its own statistics, and what compares others with it.
void forget_statistics(Connection& connection, std::int64_t study, const std::string& scale, const std::string& cell);

}  // namespace steepest::store
