// fields.cpp: see fields.h.
#include "exchange/fields.h"

#include <algorithm>

namespace steepest::exchange {
namespace {

std::string shown(const nlohmann::json& value) {
  constexpr std::size_t kLongest = 60;
  std::string text = value.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
  return "found " + (text.size() > kLongest ? text.substr(0, kLongest) + "..." : text);
}

/// 2026-01-31T12:34:56.789Z
bool is_time(const std::string& text) {
  static const std::string kPattern = "0000-00-00T00:00:00.000Z";
  return text.size() == kPattern.size() && std::equal(text.begin(), text.end(), kPattern.begin(), [](char letter, char wanted) {
           return wanted == '0' ? letter >= '0' && letter <= '9' : letter == wanted;
         });
}

}  // namespace

Fields::Fields(const nlohmann::json& object, Place place) : object_(object), place_(std::move(place)) {
  if (!object.is_object()) refuse("", shown(object), "an object");
}

void Fields::refuse(const std::string& key, const std::string& problem, const std::string& valid, const std::string& nearest) const {
  throw options::InputError({key, problem, valid, nearest, place_.file, place_.line});
}

const nlohmann::json& Fields::value(const char* key) {
  known_.push_back(key);
  const auto found = object_.find(key);
  if (found == object_.end()) refuse(key, "is missing");
  return *found;
}

const nlohmann::json& Fields::object(const char* key) {
  const auto& found = value(key);
  if (!found.is_object()) refuse(key, shown(found), "an object");
  return found;
}

const nlohmann::json& Fields::array(const char* key) {
  const auto& found = value(key);
  if (!found.is_array()) refuse(key, shown(found), "a list");
  return found;
}

std::string Fields::text(const char* key) {
  const auto& found = value(key);
  if (!found.is_string()) refuse(key, shown(found), "a text");
  return found.get<std::string>();
}

std::int64_t Fields::integer(const char* key) {
  const auto& found = value(key);
  const bool too_large = found.is_number_unsigned() && found.get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX);
  if (!found.is_number_integer() || too_large) refuse(key, shown(found), "a whole number");
  return found.get<std::int64_t>();
}

std::int64_t Fields::count(const char* key) {
  const std::int64_t number = integer(key);
  if (number < 0) refuse(key, shown(number), "a whole number >= 0");
  return number;
}

double Fields::size(const char* key) {
  const auto& found = value(key);
  if (!found.is_number() || !(found.get<double>() >= 0)) refuse(key, shown(found), "a number >= 0");
  return found.get<double>();
}

std::string Fields::time(const char* key) {
  const auto& found = value(key);
  if (!found.is_string() || !is_time(found.get<std::string>())) refuse(key, shown(found), "a time such as 2026-01-31T12:34:56.789Z");
  return found.get<std::string>();
}

std::string Fields::digest(const char* key) {
  const std::string digits = text(key);
  if (digits.size() != 64 || digits.find_first_not_of("0123456789abcdef") != std::string::npos)
    refuse(key, shown(digits), "64 hexadecimal digits");
  return digits;
}

std::optional<std::string> Fields::text_or_null(const char* key) { return value(key).is_null() ? std::nullopt : std::optional(text(key)); }
std::optional<std::int64_t> Fields::count_or_null(const char* key) {
  return value(key).is_null() ? std::nullopt : std::optional(count(key));
}
std::optional<double> Fields::size_or_null(const char* key) { return value(key).is_null() ? std::nullopt : std::optional(size(key)); }
std::optional<std::string> Fields::time_or_null(const char* key) { return value(key).is_null() ? std::nullopt : std::optional(time(key)); }

void Fields::done() const {
  for (const auto& [key, ignored] : object_.items()) {
    if (std::find(known_.begin(), known_.end(), key) == known_.end()) refuse(key, "no such key", "", options::nearest_name(key, known_));
  }
}

}  // namespace steepest::exchange
