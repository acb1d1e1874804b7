// settings.cpp: see settings.h.
#include "report/settings.h"

#include "report/table.h"  // its enumerator `json` comes before our name `json`: files are compiled together

#include <cmath>

#include "options/error.h"
#include "report/text.h"

namespace steepest::report {

using nlohmann::json;

namespace {

[[noreturn]] void refuse(const char* key, const json& found, const std::string& valid) {
  throw options::InputError({std::string("report.") + key, "found " + found.dump(), valid, "", "", 0});
}

}  // namespace

std::string text_setting(const json& section, const char* key, const std::string& otherwise) {
  const auto found = section.find(key);
  if (found == section.end()) return otherwise;
  if (!found->is_string() && !found->is_number()) refuse(key, *found, "a key's name, or a value");
  return value_text(*found);
}

double number_setting(const json& section, const char* key, double otherwise) {
  const auto found = section.find(key);
  if (found == section.end()) return otherwise;
  if (!found->is_number()) refuse(key, *found, "a number");
  return found->get<double>();
}

std::vector<double> range_setting(const json& section, const char* key, const std::vector<double>& otherwise) {
  const auto found = section.find(key);
  if (found == section.end()) return otherwise;
  const bool fits = found->is_array() && found->size() == 2 && found->at(0).is_number() && found->at(1).is_number() &&
                    found->at(0).get<double>() < found->at(1).get<double>();
  if (!fits) refuse(key, *found, "a list of two numbers, the smaller first");
  return found->get<std::vector<double>>();
}

std::string last_part(const std::string& key) { return key.substr(key.rfind('.') + 1); }

json finite(double value) { return std::isfinite(value) ? json(value) : json(); }

std::string title_of(const json& definition, const std::string& name) {
  const auto title = definition.find("title");
  return title != definition.end() && title->is_string() && !title->get<std::string>().empty() ? title->get<std::string>() : name;
}

}  // namespace steepest::report
