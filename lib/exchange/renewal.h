// renewal.h: what lib/run knows of runs of older files, for the store, which knows no configurations.
#pragma once
#include "run/former_identity.h"
#include "store/renewal.h"

namespace steepest::exchange {

/// For store::WritableFile and store::OtherFile.
inline store::RenewedRun renewed(const std::string& identity, const nlohmann::json& config, int suite_version) {
  const auto run = run::renewed(identity, config, suite_version);
  return {run.identity, run.family, run.numerics, run.observations, run.flops};
}

}  // namespace steepest::exchange
