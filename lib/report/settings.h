// settings.h: small things that the reports share.
#pragma once
#include <nlohmann/json.hpp>
#include <string>

namespace steepest::report {

/// The last part of a dotted key, as a column's header.
std::string last_part(const std::string& key);

/// A number for machines: null where it is not finite.
nlohmann::json finite(double value);

/// The study's title, or its name.
std::string title_of(const nlohmann::json& definition, const std::string& name);

}  // namespace steepest::report
