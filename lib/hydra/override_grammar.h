// override_grammar.h: one override on the command line, in Hydra's grammar.
#pragma once
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "hydra/composer.h"

namespace steepest::hydra {

/// What stands after the `=`: one value, or a set of values to sweep over.
struct Value {
  enum class Kind { element, choice, range, glob, interval };
  Kind kind = Kind::element;
  nlohmann::json element;              ///< of an element
  bool quoted = false;                 ///< an element that was written in quotes
  std::vector<nlohmann::json> values;  ///< of a choice, or of a range once it is enumerated
  bool simple = false;                 ///< a choice written `a,b,c`
  nlohmann::json start, stop, step;    ///< of a range: integers or floats; of an interval, which has no step
  bool shuffled = false;               ///< a choice or range whose values come in the order of shuffle.h
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
  Source source;                       ///< where it was given

  /// `+group@package`: all that stands before the `=`.
  std::string key_text() const;
};

/// What is said of an interval wherever values are wanted.
inline constexpr const char* kIntervalProblem = "an interval has no list of values to sweep over";
inline constexpr const char* kIntervalValid = "choice(...) or range(...)";

/// Throws InputError naming the override and the place in it where it stops making sense.
Override parse_override(const std::string& line, const Source& source = {"command line", 0});

/// Every value of an override, in order: those of its choice or range, or its only one. A glob needs the group's options: see expand_sweeps.
/// Throws InputError for an interval, which has no list of values, and for a range that does not end.
std::vector<nlohmann::json> enumerate(const Override& override);

}  // namespace steepest::hydra
