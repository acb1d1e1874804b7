// json.h: option structs from and to JSON, and their schema as a table, all driven by their one `describe`.
#pragma once
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
};

/// Reads `node` (an object) into T. Every key must be known, of the right type and in range; keys that are absent keep
/// T's default. `path` is the dotted prefix for messages ("optimizer"). `extra` names keys that are allowed and ignored
/// (such as "name"). Throws InputError with key, problem, valid and nearest filled in.
template <class T> T from_json(const nlohmann::json& node, const std::string& path, const std::vector<std::string>& extra = {});

/// Every option of T as JSON: the exact inverse of from_json.
template <class T> nlohmann::json to_json(T options);

/// The schema of T, in the order of `describe`, nested sections flattened with dots.
template <class T> std::vector<FieldInfo> schema();

/// The alternative of a std::variant of option structs whose kName equals the key `name` of `node`; the other keys are read
/// as that struct's. Throws InputError; an unknown name is told with all names and the nearest.
template <class Variant> Variant any_from_json(const nlohmann::json& node, const std::string& path);

/// The held alternative's options and its `name`: the exact inverse of any_from_json.
template <class Variant> nlohmann::json any_to_json(const Variant& options);

/// The kName of each alternative, in order.
template <class Variant> std::vector<std::string> alternative_names();

}  // namespace steepest::options

#include "options/json_impl.h"
