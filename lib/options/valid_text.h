// valid_text.h: what an option takes, and what was found instead, in words.
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <type_traits>
#include <vector>

#include "options/error.h"
#include "options/field.h"

namespace steepest::options {

/// A found value as a message shows it: always in quotes, and cut when it is long.
std::string quoted(const nlohmann::json& found);
/// `a, b, c`.
std::string list_text(const std::vector<std::string>& names);
/// `one of: a, b, c`.
std::string one_of_text(const std::vector<std::string>& names);
/// The shortest decimal text that reads back as the same number: `0.1`, `1e-08`, `4`.
std::string number_text(double number);
/// The error about a key that a section does not have.
InputError unknown_key(const std::string& full_key, const std::string& name, const std::vector<std::string>& known);

namespace detail {
/// ` > 0 and < 1`, or nothing.
std::string range_text(const std::optional<double>& low, bool low_open, const std::optional<double>& high, bool high_open);
}  // namespace detail

template <class T>
std::string type_text() {
  if constexpr (std::is_same_v<T, bool>) return "bool";
  else if constexpr (std::is_same_v<T, std::string> || Choice<T>) return "text";
  else if constexpr (std::is_same_v<T, double>) return "number";
  else if constexpr (std::is_integral_v<T>) return "integer";
  else if constexpr (std::is_same_v<T, std::vector<double>>) return "list of numbers";
  else return "list of text";
}

/// `a number > 0 and < 1`, `one of: svd, table`, `dense, or an integer >= 0`.
template <class T>
std::string valid_text(const Field<T>& field) {
  const std::string range = detail::range_text(field.low, field.low_open, field.high, field.high_open);
  std::string text;
  if constexpr (std::is_same_v<T, bool>) text = "true or false";
  else if constexpr (std::is_same_v<T, std::string> || Choice<T>) text = field.choices.empty() ? "text" : one_of_text(field.choices);
  else if constexpr (std::is_same_v<T, double>) text = "a number" + range;
  else if constexpr (std::is_integral_v<T>) text = "an integer" + range;
  else if constexpr (std::is_same_v<T, std::vector<double>>) text = "a list of numbers" + range;
  else text = field.choices.empty() ? "a list of text" : "a list of any of: " + list_text(field.choices);
  return field.special_name.empty() ? text : field.special_name + ", or " + text;
}

}  // namespace steepest::options
