// parameter_share.h: what a low-rank model has of the parameters of the dense one.
#pragma once
#include <nlohmann/json.hpp>
#include <optional>

namespace steepest::results {

/// Trained parameters in % of the same model with dense hidden matrices.
struct ParameterShare {
  double hidden;  ///< of the hidden matrices alone
  std::optional<double> one_table =
      {};  ///< of the hidden matrices and one table of vocabulary x width, whether it is tied or not; as `total`
  std::optional<double> total =
      {};  ///< of everything, embedding and head counted on both sides where they are trained; none for a run of an
           ///< older version, which does not tell the size of its vocabulary
};

/// From a run's resolved configuration; empty if it has no section `model` that can be read.
std::optional<ParameterShare> parameter_share(const nlohmann::json& config);

}  // namespace steepest::results
