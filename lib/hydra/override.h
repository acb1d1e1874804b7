// override.h: one override, read once into values: `model.rank=2`, `optimizer=muon`, `+key=range(1,5)`.
#pragma once
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "options/error.h"

namespace steepest::hydra {

/// Where a value came from: a place in a file, or "command line". Line and column count from 1; 0: unknown.
struct Source {
  std::string file;
  int line = 0, column = 0;
};

/// One value.
struct Element {
  nlohmann::json json;
  bool quoted = false;  ///< it was written in quotes
};

/// `choice(a,b)` or, `simple`, `a,b`.
struct Choice {
  std::vector<nlohmann::json> values;
  bool simple = false;
  bool shuffled = false;  ///< its values come in the order of shuffle.h
};

/// `range(start,stop,step)`, each an integer or a float.
struct Range {
  nlohmann::json start, stop, step;
  bool shuffled = false;
};

/// `interval(start,end)`: for samplers; it has no list of values.
struct Interval {
  nlohmann::json start, end;
};

/// `glob(include,exclude=[...])` over the options of a group.
struct Glob {
  std::vector<std::string> include, exclude;
};

/// What stands after the `=`: one value, or a set of values to sweep over.
using Value = std::variant<Element, Choice, Range, Interval, Glob>;

/// What is said of an interval wherever values are wanted.
inline constexpr const char* kIntervalProblem = "an interval has no list of values to sweep over";
inline constexpr const char* kIntervalValid = "choice(...) or range(...)";

inline bool is_sweep(const Value& value) { return !std::holds_alternative<Element>(value); }

/// `key=value` changes, `+key=value` adds, `++key=value` adds or changes, `~key` and `~key=value` remove.
struct Override {
  enum class Kind { change, add, force_add, remove };
  Kind kind = Kind::change;
  std::string key;                     ///< dotted key, or group with `/`
  std::optional<std::string> package;  ///< `group@package`
  std::optional<Value> value;          ///< none for `~key`
  std::string line;                    ///< as it was given; empty for one value of a sweep
  Source source;                       ///< where it was given

  bool is_sweep() const { return value && hydra::is_sweep(*value); }
  /// Its one value; null where it has none or sweeps.
  const nlohmann::json* json() const;
  /// `group@package`, without the sign before it.
  std::string place() const { return key + (package ? "@" + *package : ""); }
  /// `+group@package`: all that stands before the `=`.
  std::string key_text() const;
  /// As it was given, or as it could have been.
  std::string text() const;
  /// The same with one value.
  Override with(nlohmann::json one) const;
  /// A complaint about it, with its place.
  options::InputError error(const std::string& problem, const std::string& valid = "") const;
};

}  // namespace steepest::hydra
