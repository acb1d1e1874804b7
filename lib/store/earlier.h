// earlier.h: what a finished run was before it was made again, in the column `earlier`. Internal to lib/store; call in a transaction.
#pragma once
#include <optional>
#include <string>

#include "store/connection.h"
#include "store/rows.h"

namespace steepest::store {

/// A finished run's columns, but for those that never change. Empty: there is no such run.
std::optional<nlohmann::json> result_columns(const Connection& connection, std::int64_t run);

/// The column `earlier` of a run; empty: it is not being made again.
std::optional<nlohmann::json> earlier_of(const Connection& connection, std::int64_t run);

/// The columns are what they were, nobody holds the run, and what was staged goes.
void restore(Connection& connection, std::int64_t run, const nlohmann::json& earlier);

/// Two results are one as far as can be told: a run without a parameter hash (an older file's, or diverged) says nothing about bits.
bool same_result(const std::string& status, const std::string& hash, const std::string& other_status, const std::string& other_hash);

/// For `other_bits`: what came out, and in which environments.
std::string difference(const Connection& connection, std::int64_t run, const nlohmann::json& earlier, const RunEnd& end);

/// Writes a configuration, its parameters and what it observes.
void put_config(Connection& connection, std::int64_t run, const nlohmann::json& config, const nlohmann::json& observes);

}  // namespace steepest::store
