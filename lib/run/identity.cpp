// identity.cpp: the deciding parts of a run as canonical JSON, and its SHA-256.
#include "run/identity.h"

#include "digest/sha256.h"
#include "options/valid_text.h"
#include "run/numerics.h"

namespace steepest::run {

std::string canonical_json(const nlohmann::json& value) {
  if (value.is_number_float()) {
    const double number = value.get<double>();
    return options::number_text(number == 0 ? 0.0 : number);  // -0 and 0 are one number
  }
  if (value.is_primitive()) return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  std::string text;
  if (value.is_array()) {
    for (const auto& item : value) text += (text.empty() ? "" : ",") + canonical_json(item);
    return "[" + text + "]";
  }
  for (const auto& item : value.items()) {  // nlohmann::json keeps keys sorted
    text += (text.empty() ? "" : ",") + canonical_json(item.key()) + ":" + canonical_json(item.value());
  }
  return "{" + text + "}";
}

namespace {

/// "cuda" of "cuda:1".
std::string device_type(const std::string& device) { return device.substr(0, device.find(':')); }

nlohmann::json deciding_parts(const AnyRun& run, const nlohmann::json& numerics) {
  nlohmann::json parts = std::visit(
      [](const auto& chosen) {
        nlohmann::json own = options::deviations(chosen);
        own["run"] = std::decay_t<decltype(chosen)>::kName;
        if constexpr (requires { chosen.device; }) {
          if (const std::string type = device_type(chosen.device); type != "cpu") own["device"] = type;
        }
        return own;
      },
      run);
  for (const Component& part : components(run)) {
    const int made_by = numerics.value(part.name, part.version);
    if (made_by != 1) parts[part.section]["numerics"] = made_by;
  }
  return parts;
}

}  // namespace

std::string identity(const AnyRun& run, const nlohmann::json& numerics) {
  return digest::sha256(canonical_json(deciding_parts(run, numerics)));
}

std::string identity(const AnyRun& run) { return identity(run, nlohmann::json::object()); }

std::string identity_but_for_seed(AnyRun run, const nlohmann::json& numerics) {
  std::visit([](auto& chosen) { chosen.seed = 0; }, run);
  return identity(run, numerics);
}

std::string identity_but_for_seed(AnyRun run) { return identity_but_for_seed(std::move(run), nlohmann::json::object()); }

}  // namespace steepest::run
