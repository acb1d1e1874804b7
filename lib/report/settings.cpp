// settings.cpp: see settings.h.
#include "report/settings.h"

#include "report/table.h"  // its enumerator `json` comes before our name `json`: files are compiled together

#include <cmath>

#include "options/error.h"
#include "report/text.h"

namespace steepest::report {

using nlohmann::json;

std::string last_part(const std::string& key) { return key.substr(key.rfind('.') + 1); }

json finite(double value) { return std::isfinite(value) ? json(value) : json(); }

std::string title_of(const json& definition, const std::string& name) {
  const auto title = definition.find("title");
  return title != definition.end() && title->is_string() && !title->get<std::string>().empty() ? title->get<std::string>() : name;
}

}  // namespace steepest::report
