// flatten.h: a configuration as the rows of table `param`.
#pragma once
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace steepest::store {

struct Param {
  std::string key;               ///< dotted
  std::string value;             ///< text as it is, anything else as JSON
  std::optional<double> number;  ///< where the value is a number
};

/// The leaves of an object, in the order of its keys. Lists are leaves; empty objects vanish.
std::vector<Param> flatten(const nlohmann::json& tree);

}  // namespace steepest::store
