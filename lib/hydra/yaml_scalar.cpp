// yaml_scalar.cpp: the implicit resolvers of YAML 1.1 with OmegaConf's float, hand-written because std::regex is slow.
#include "hydra/yaml_scalar.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>

namespace steepest::hydra {
namespace {

bool is_decimal(char c) { return c >= '0' && c <= '9'; }

/// A reader over the text with the pieces that the resolvers' regular expressions are made of.
struct Scan {
  const std::string& text;
  std::size_t at = 0;

  bool end() const { return at == text.size(); }
  bool one(const char* set) {
    if (end() || std::string_view(set).find(text[at]) == std::string_view::npos) return false;
    ++at;
    return true;
  }
  /// [set]*; how many.
  std::size_t many(const char* set) {
    const std::size_t start = at;
    while (one(set)) {}
    return at - start;
  }
  /// [0-9]+(?:_[0-9]+)*
  bool grouped_digits() {
    if (many("0123456789") == 0) return false;
    while (at + 1 < text.size() && text[at] == '_' && is_decimal(text[at + 1])) {
      ++at;
      many("0123456789");
    }
    return true;
  }
  /// (?:[eE][-+]?[0-9]+)? ; `sign` demands the sign.
  bool exponent(bool sign) {
    const std::size_t start = at;
    if (one("eE") && (one("-+") || !sign) && many("0123456789") > 0) return true;
    at = start;
    return false;
  }
  /// (?::[0-5]?[0-9])+
  bool sixties() {
    bool any = false;
    while (!end() && text[at] == ':') {
      const std::size_t start = at++;
      std::size_t digits = many("0123456789");
      if (digits == 0 || digits > 2 || (digits == 2 && text[at - 2] > '5')) {
        at = start;
        return any;
      }
      any = true;
    }
    return any;
  }
};

bool is_float(const std::string& text) {
  const auto matches = [&](auto&& body) {
    Scan scan{text};
    return body(scan) && scan.end();
  };
  return matches([](Scan& s) {
           s.one("-+");
           if (!s.grouped_digits() || !s.one(".")) return false;
           s.many("0123456789_");
           s.exponent(false);
           return true;
         }) ||
         matches([](Scan& s) {
           s.one("-+");
           return s.grouped_digits() && s.exponent(false);
         }) ||
         matches([](Scan& s) {
           if (!s.one(".") || !s.grouped_digits()) return false;
           s.exponent(true);
           return true;
         }) ||
         matches([](Scan& s) {
           s.one("-+");
           if (!s.grouped_digits() || !s.sixties() || !s.one(".")) return false;
           s.many("0123456789_");
           return true;
         }) ||
         // PyYAML's own pattern stays in force: it takes `1__0.5` and `.5_`, and demands a sign in the exponent
         matches([](Scan& s) {
           s.one("-+");
           if (!s.one("0123456789")) return false;
           s.many("0123456789_");
           if (!s.one(".")) return false;
           s.many("0123456789_");
           s.exponent(true);
           return true;
         }) ||
         matches([](Scan& s) {
           if (!s.one(".") || !s.one("0123456789")) return false;
           s.many("0123456789_");
           s.exponent(true);
           return true;
         });
}

bool is_integer(const std::string& text) {
  const auto matches = [&](auto&& body) {
    Scan scan{text};
    scan.one("-+");
    return body(scan) && scan.end();
  };
  return matches([](Scan& s) { return s.one("0") && s.one("b") && s.many("01_") > 0; }) ||
         matches([](Scan& s) { return s.one("0") && s.many("01234567_") > 0; }) || matches([](Scan& s) { return s.one("0"); }) ||
         matches([](Scan& s) {
           if (!s.one("123456789")) return false;
           s.many("0123456789_");
           return true;
         }) ||
         matches([](Scan& s) { return s.one("0") && s.one("x") && s.many("0123456789abcdefABCDEF_") > 0; }) || matches([](Scan& s) {
           if (!s.one("123456789")) return false;
           s.many("0123456789_");
           return s.sixties();
         });
}

/// Splits "1:30:15" at its colons and folds it in base 60.
template <class Part>
double sexagesimal(const std::string& digits, Part&& part) {
  double sum = 0;
  std::size_t start = 0;
  while (true) {
    const std::size_t colon = digits.find(':', start);
    sum = sum * 60 + part(digits.substr(start, colon - start));
    if (colon == std::string::npos) return sum;
    start = colon + 1;
  }
}

nlohmann::json integer(std::string digits) {
  digits.erase(std::remove(digits.begin(), digits.end(), '_'), digits.end());
  const bool negative = !digits.empty() && digits[0] == '-';
  if (!digits.empty() && (digits[0] == '-' || digits[0] == '+')) digits.erase(0, 1);
  if (digits.find(':') != std::string::npos) {
    const double value = (negative ? -1 : 1) * sexagesimal(digits, python_float);
    if (std::abs(value) >= 0x1p63) return value;  // as below: what no integer holds is a float
    return static_cast<std::int64_t>(value);
  }
  int base = 10;
  std::size_t skip = 0;
  if (digits.rfind("0b", 0) == 0) base = 2, skip = 2;
  else if (digits.rfind("0x", 0) == 0) base = 16, skip = 2;
  else if (digits.size() > 1 && digits[0] == '0') base = 8, skip = 1;
  const std::string body = (negative ? "-" : "") + digits.substr(skip);
  std::int64_t value = 0;
  const auto end = std::from_chars(body.data(), body.data() + body.size(), value, base);
  if (end.ec == std::errc::result_out_of_range) return (negative ? -1 : 1) * std::strtod(digits.c_str(), nullptr);
  if (end.ec != std::errc{}) return nlohmann::json(nlohmann::json::value_t::discarded);  // `0x_`
  return value;
}

}  // namespace

std::string quoted_scalar(const std::string& text) {
  std::string quoted = nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  // JSON leaves the delete character as it is, YAML does not have it.
  for (std::size_t at = 0; (at = quoted.find('\x7f', at)) != std::string::npos;) quoted.replace(at, 1, "\\u007f");
  return quoted;
}

double python_float(std::string text) {
  text.erase(std::remove(text.begin(), text.end(), '_'), text.end());
  const bool plus = !text.empty() && text[0] == '+';
  double value = 0;
  const auto end = std::from_chars(text.data() + plus, text.data() + text.size(), value);
  // from_chars leaves the value alone where it over- or underflows; strtod gives infinity or zero, as Python does.
  if (end.ec == std::errc::result_out_of_range) value = std::strtod(text.c_str(), nullptr);
  return value;
}

nlohmann::json plain_scalar(const std::string& text) {
  static constexpr std::array kNulls = {"", "~", "null", "Null", "NULL"};
  static constexpr std::array kTrues = {"yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"};
  static constexpr std::array kFalses = {"no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"};
  const auto among = [&](const auto& words) { return std::find(words.begin(), words.end(), text) != words.end(); };
  if (among(kNulls)) return nullptr;
  if (among(kTrues)) return true;
  if (among(kFalses)) return false;
  const char first = text[0];
  if (!is_decimal(first) && first != '-' && first != '+' && first != '.') return text;

  const std::string unsigned_text = text.substr(first == '-' || first == '+' ? 1 : 0);
  const double sign = first == '-' ? -1.0 : 1.0;
  static constexpr std::array kInfinities = {".inf", ".Inf", ".INF"};
  static constexpr std::array kNans = {".nan", ".NaN", ".NAN"};
  if (std::find(kInfinities.begin(), kInfinities.end(), unsigned_text) != kInfinities.end()) {
    return sign * std::numeric_limits<double>::infinity();
  }
  if (among(kNans)) return std::numeric_limits<double>::quiet_NaN();
  // Integers come first, except that a float pattern never matches an integer.
  if (is_integer(text)) return integer(text);
  if (is_float(text)) {
    if (text.find(':') != std::string::npos) return sign * sexagesimal(unsigned_text, python_float);
    return python_float(text);
  }
  return text;
}

}  // namespace steepest::hydra
