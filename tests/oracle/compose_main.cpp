// compose_main.cpp: composes each case of a JSON list on standard input, for comparison with Hydra itself.
// Case: {"directory": ..., "overrides": [...], "sweep": bool}. Result, one line each: {"value": ...} or {"error": ...}.
#include <iostream>
#include <nlohmann/json.hpp>

#include "hydra/composer.h"
#include "hydra/sweeper.h"

namespace {

using nlohmann::json;
using namespace steepest;

/// NaN and infinities, which JSON lacks, as Python spells them.
json spelled(const json& value) {
  if (value.is_number_float() && value.dump() == "null") {
    const double number = value.get<double>();
    return number != number ? "<nan>" : number < 0 ? "<-inf>" : "<inf>";
  }
  if (!value.is_structured()) return value;
  json result = value;
  for (auto& item : result) item = spelled(item);
  return result;
}

json answer(const json& test) {
  const hydra::Composer composer(test.at("directory").get<std::string>());
  const auto overrides = test.at("overrides").get<std::vector<std::string>>();
  if (!test.value("sweep", false)) return spelled(composer.compose(overrides).tree);
  json all = json::array();
  for (const auto& combination : hydra::expand_sweeps(hydra::parse_overrides(overrides), &composer))
    all.push_back(spelled(composer.compose(combination).tree));
  return all;
}

}  // namespace

int main() {
  for (const json& test : json::parse(std::cin)) {
    json result;
    try {
      result["value"] = answer(test);
    } catch (const options::InputError& error) { result["error"] = error.what(); }
    std::cout << result.dump(-1, ' ', false, json::error_handler_t::replace) << "\n";
  }
}
