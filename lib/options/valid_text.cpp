// valid_text.cpp: numbers, lists and ranges in words.
#include "options/valid_text.h"

#include <array>
#include <charconv>
#include <cmath>

namespace steepest::options {

std::string quoted(const nlohmann::json& found) {
  constexpr std::size_t kLongest = 80;
  // Bytes that are not UTF-8 must not make the message itself fail.
  std::string text = found.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  if (found.is_number_float() && text == "null") text = number_text(found.get<double>());
  if (!found.is_string()) text = "\"" + text + "\"";
  if (text.size() > kLongest) text = text.substr(0, kLongest) + "...\"";
  return text;
}

std::string list_text(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

std::string one_of_text(const std::vector<std::string>& names) { return "one of: " + list_text(names); }

std::string number_text(double number) {
  std::array<char, 32> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
  return std::string(buffer.data(), end.ptr);
}

std::string joined(const std::string& path, const std::string& key) { return path.empty() ? key : path + "." + key; }

std::string group_choice(const std::string& group, const std::string& key) {
  const std::string place = group == key ? group : group + "@" + key;
  return place + "=OPTION chooses a file of the group, " + key + ".KEY=VALUE sets a key";
}

InputError unknown_key(const std::string& full_key, const std::string& name, const std::vector<std::string>& known) {
  InputError::Parts parts;
  parts.key = full_key;
  parts.problem = "unknown key";
  parts.nearest = nearest_name(name, known);
  parts.valid = one_of_text(known);
  return InputError(std::move(parts));
}

namespace detail {

std::string range_text(const std::optional<double>& low, bool low_open, const std::optional<double>& high, bool high_open) {
  std::string text;
  const auto bound = [](double number) {
    const bool whole = std::fabs(number) < 1e15 && number == std::floor(number);
    return whole ? std::to_string(static_cast<long long>(number)) : number_text(number);
  };
  if (low) text += std::string(low_open ? " > " : " >= ") + bound(*low);
  if (high) text += std::string(low ? " and" : "") + (high_open ? " < " : " <= ") + bound(*high);
  return text;
}

}  // namespace detail
}  // namespace steepest::options
