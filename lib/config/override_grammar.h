// override_grammar.h: one override on the command line, in Hydra's grammar.
#pragma once
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace steepest::config {

/// What stands after the `=`: one value, or a set of values to sweep over.
struct Value {
  enum class Kind { element, choice, range, glob };
  Kind kind = Kind::element;
  nlohmann::json element;              ///< of an element
  bool quoted = false;                 ///< an element that was written in quotes
  std::vector<nlohmann::json> values;  ///< of a choice, or of a range once it is enumerated
  bool simple = false;                 ///< a choice written `a,b,c`
  nlohmann::json start, stop, step;    ///< of a range: integers or floats
  std::vector<std::string> include, exclude;  ///< of a glob

  bool is_sweep() const { return kind != Kind::element; }
};

/// A parsed override. `+key=value` adds, `++key=value` adds or changes, `~key` removes.
struct Override {
  enum class Kind { change, add, force_add, remove };
  Kind kind = Kind::change;
  std::string key;                     ///< dotted key, or group with `/`
  std::optional<std::string> package;  ///< `group@package`
  bool has_value = false;              ///< false only for `~key`
  Value value;
  std::string line;                    ///< as it was given

  /// `+group@package`: all that stands before the `=`.
  std::string key_text() const;
};

/// Throws InputError naming the override and the place in it where it stops making sense.
Override parse_override(const std::string& line);

/// Every value of a choice or range, in order. A glob needs the group's options: see expand_sweeps.
std::vector<nlohmann::json> enumerate(const Value& sweep, const std::string& line);

}  // namespace steepest::config
