// fields.h: the keys of one line of a file of runs, each checked; mistakes name the file and the line.
#pragma once
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "options/error.h"

namespace steepest::exchange {

struct Place {
  std::string file;
  int line;
};

/// Reads an object key by key. Every call throws InputError for a key that is missing or of the wrong type.
class Fields {
 public:
  Fields(const nlohmann::json& object, Place place);

  const nlohmann::json& value(const char* key);
  const nlohmann::json& object(const char* key);
  const nlohmann::json& array(const char* key);
  std::string text(const char* key);
  std::optional<std::string> text_or_null(const char* key);
  std::int64_t count(const char* key);  ///< a whole number >= 0
  std::int64_t integer(const char* key);
  std::optional<std::int64_t> count_or_null(const char* key);
  double size(const char* key);  ///< a finite number >= 0
  std::optional<double> size_or_null(const char* key);
  std::string time(const char* key);
  std::optional<std::string> time_or_null(const char* key);
  /// Lower-case hexadecimal digits, 64 of them.
  std::string digest(const char* key);

  /// Throws if there are keys that nobody asked for.
  void done() const;
  [[noreturn]] void refuse(const std::string& key, const std::string& problem, const std::string& valid = "",
                           const std::string& nearest = "") const;

 private:
  const nlohmann::json& object_;
  Place place_;
  std::vector<std::string> known_;
};

}  // namespace steepest::exchange
