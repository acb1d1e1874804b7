// json.h: option structs from and to JSON, and their schema as a table, all driven by their one `describe`.
#pragma once
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "options/error.h"
#include "options/field.h"

namespace steepest::options {

/// One row of the schema of an option struct. `key` is dotted relative to the struct.
struct FieldInfo {
  std::string key, type, valid, unit, help;
  nlohmann::json default_value;
  Role role = Role::decides;
  nlohmann::json neutral_value = {};
};

/// What an absent key stands for: in what a user writes, the default; in what was stored before the option existed, its neutral value.
enum class Absent { standard, neutral };

/// Reads `node` (an object) into T. Every key must be known, of the right type and in range; keys that are absent keep
/// T's default, or its neutral value. `path` is the dotted prefix for messages ("optimizer"). `extra` names keys that are allowed and
/// ignored (such as "name"). Throws InputError with key, problem, valid and nearest filled in.
template <class T>
T from_json(const nlohmann::json& node, const std::string& path, const std::vector<std::string>& extra = {},
            Absent absent = Absent::standard);

/// Every option of T as JSON: the exact inverse of from_json.
template <class T> nlohmann::json to_json(T options);

/// The schema of T, in the order of `describe`, nested sections flattened with dots.
template <class T> std::vector<FieldInfo> schema();

/// The alternative of a std::variant of option structs whose kName equals the key `name` of `node`; the other keys are read
/// as that struct's. Throws InputError; an unknown name is told with all names and the nearest.
template <class Variant> Variant any_from_json(const nlohmann::json& node, const std::string& path, Absent absent = Absent::standard);

/// The held alternative's options and its `name`: the exact inverse of any_from_json.
template <class Variant> nlohmann::json any_to_json(const Variant& options);

/// The options that decide and differ from their neutral value, as JSON: what an identity covers of T. Nested sections likewise; empty ones
/// are left out, so that a new option, or a new section of them, changes nothing while it is neutral.
template <class T> nlohmann::json deviations(T options);

/// The same of the held alternative, with its `name`.
template <class Variant> nlohmann::json any_deviations(const Variant& options);

/// The options that only look, by their dotted keys below `path`: every so many steps, 0 for the end alone.
template <class T> std::map<std::string, std::int64_t> observations(T options, const std::string& path);

/// The version of the numbers that a component's code gives: `static constexpr int kNumerics` of its options, 1 where there is none. It is
/// raised, here and nowhere else, by a change that may alter a result of this component.
template <class T>
constexpr int numerics_of() {
  if constexpr (requires { T::kNumerics; }) return T::kNumerics;
  else return 1;
}

/// The kName of each alternative, in order.
template <class Variant> std::vector<std::string> alternative_names();

}  // namespace steepest::options

#include "options/json_impl.h"
