// renewal.h: how runs of a file of schema 3 or older are known now. The store knows nothing of configurations; who opens such a file does.
#pragma once
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace steepest::store {

/// A run as the columns of schema 4 have it.
struct RenewedRun {
  std::string identity, family;
  nlohmann::json numerics, observes;
  std::optional<double> flops;  ///< empty: as it is stored
};

/// Of a run with this identity, configuration and version of the suite.
using Renewal = std::function<RenewedRun(const std::string& identity, const nlohmann::json& config, int suite_version)>;

}  // namespace steepest::store
