// settings.h: reading the keys of a study's `report` section.
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace steepest::report {

/// A name or number as text. Throws options::InputError for anything else.
std::string text_setting(const nlohmann::json& section, const char* key, const std::string& otherwise);
double number_setting(const nlohmann::json& section, const char* key, double otherwise);
/// A list of two numbers, the first below the second.
std::vector<double> range_setting(const nlohmann::json& section, const char* key, const std::vector<double>& otherwise);

/// The last part of a dotted key, as a column's header.
std::string last_part(const std::string& key);

/// A number for machines: null where it is not finite.
nlohmann::json finite(double value);

/// The study's title, or its name.
std::string title_of(const nlohmann::json& definition, const std::string& name);

}  // namespace steepest::report
