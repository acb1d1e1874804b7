// numerics.cpp: see numerics.h.
#include "run/numerics.h"

#include "run/components.h"

namespace steepest::run {

nlohmann::json numerics(const AnyRun& run) {
  nlohmann::json versions = nlohmann::json::object();
  for (const Component& part : components(run)) versions[part.name] = part.version;
  return versions;
}

nlohmann::json numerics_of_suite(int version) { return {{"suite", version}}; }

bool is_current(const nlohmann::json& numerics) {
  if (!numerics.is_object() || numerics.empty()) return false;
  for (const auto& [component, version] : numerics.items()) {
    const auto now = current_versions().find(component);
    if (now == current_versions().end() || *now != version) return false;
  }
  return true;
}

std::string numerics_text(const nlohmann::json& numerics) {
  std::string text;
  for (const auto& [component, version] : numerics.items()) {
    if (version != 1 || component == "suite") text += (text.empty() ? "" : ", ") + component + " " + version.dump();
  }
  return text.empty() ? "1" : text;
}

}  // namespace steepest::run
