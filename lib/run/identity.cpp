// identity.cpp: canonical JSON and its SHA-256.
#include "run/identity.h"

#include "digest/sha256.h"
#include "options/valid_text.h"

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

/// Up to this version only the address of the run's own corpus was left out; files of such runs are still checked as they were made.
constexpr int kLastWithAddresses = 3;

/// An address says where an input can be fetched, never what it holds, wherever in the tree it stands.
void leave_out_addresses(nlohmann::json& tree) {
  if (!tree.is_object()) return;
  tree.erase("url");
  for (auto& part : tree) leave_out_addresses(part);
}

}  // namespace

std::string identity(const nlohmann::json& config, int numerics_version) {
  nlohmann::json relevant = config;
  if (numerics_version > kLastWithAddresses) leave_out_addresses(relevant);
  else if (relevant.contains("data")) relevant["data"].erase("url");
  if (relevant.contains("device") && relevant["device"].is_string()) {
    const std::string device = relevant["device"].get<std::string>();
    relevant["device"] = device.substr(0, device.find(':'));
  }
  return digest::sha256(canonical_json({{"config", relevant}, {"numerics_version", numerics_version}}));
}

std::string identity_but_for_seed(nlohmann::json config, int numerics_version) {
  config.erase("seed");
  return identity(config, numerics_version);
}

}  // namespace steepest::run
