// label.h: keys and values of configurations as readers write them.
#pragma once
#include <nlohmann/json.hpp>
#include <string>

namespace steepest::results {

/// A number as short as it can be while still reading back to the same double: 0.1, 3e-05, 128.
std::string number(double value);

/// A configuration value for readers: strings without quotes, numbers short, everything else as JSON.
std::string value_text(const nlohmann::json& value);

/// The value of a dotted key; null if it is not there.
nlohmann::json at_key(const nlohmann::json& config, const std::string& key);

/// A swept value for readers, who need not be able to type it: rank 0 is "dense", and 1/9 is 0.1111.
std::string value_label(const std::string& key, const nlohmann::json& value);

}  // namespace steepest::results
