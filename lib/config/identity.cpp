// identity.cpp: canonical JSON and its SHA-256.
#include "config/identity.h"

#include <openssl/evp.h>

#include <array>
#include <memory>
#include <stdexcept>

#include "options/valid_text.h"

namespace steepest::config {

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

std::string sha256(const std::string& bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned int length = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha256(), nullptr) != 1) {
    throw std::runtime_error("SHA-256 is not available in this OpenSSL");
  }
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (unsigned int i = 0; i < length; ++i) {
    text += kDigits[digest[i] >> 4];
    text += kDigits[digest[i] & 15];
  }
  return text;
}

std::string identity(const nlohmann::json& config, int numerics_version) {
  nlohmann::json relevant = config;
  if (relevant.contains("data")) relevant["data"].erase("url");
  if (relevant.contains("device") && relevant["device"].is_string()) {
    const std::string device = relevant["device"].get<std::string>();
    relevant["device"] = device.substr(0, device.find(':'));
  }
  return sha256(canonical_json({{"config", relevant}, {"numerics_version", numerics_version}}));
}

}  // namespace steepest::config
