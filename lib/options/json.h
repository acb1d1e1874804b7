// json.h: option structs from and to JSON, and their schema as a table, all driven by their one `describe`.
#pragma once
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "options/error.h"
#include "options/field.h"
#include "options/section.h"

namespace steepest::options {

// T is a struct with a `describe`, or a variant of such structs: then the key `name` tells which alternative the other keys are of.

/// What an absent key stands for: in what a user writes, the default; in what was stored before the option existed, its neutral value.
enum class Absent { standard, neutral };

/// Reads `node` (an object) into T. Every key must be known, of the right type and in range; keys that are absent keep
/// T's default, or its neutral value. `path` is the dotted prefix for messages ("optimizer"). `extra` names keys that are allowed and
/// ignored. Throws InputError with key, problem, valid and nearest filled in.
template <Section T>
T from_json(const nlohmann::json& node, const std::string& path, const std::vector<std::string>& extra = {},
            Absent absent = Absent::standard);

/// Every option of T as JSON, without optional sections that are not there: the exact inverse of from_json.
template <Section T>
nlohmann::json to_json(T options);

/// The options that decide and differ from their neutral value, as JSON: what an identity covers of T. Nested sections likewise; empty ones
/// are left out, so that a new option, or a new section of them, changes nothing while it is neutral. The name of an alternative counts
/// unless it is the unnamed one; an optional section counts where it is there.
template <Section T>
nlohmann::json deviations(T options);

/// The options that only look, by their dotted keys below `path`: every so many steps, 0 for the end alone.
template <Section T>
std::map<std::string, std::int64_t> observations(T options, const std::string& path = "");

/// One row of the schema of an option struct. `key` is dotted relative to the struct.
struct FieldInfo {
  std::string key, type, valid, unit, help;
  nlohmann::json default_value;
  Role role = Role::decides;
  nlohmann::json neutral_value = {};
  std::string alternative = {};   ///< the alternative of a variant that has this key; empty: not part of one, or its `name`
  std::string identity_key = {};  ///< what an identity calls it, and `neutral_value` is of: the key, or a former one; empty: the key
};

/// The schema of T, in the order of `describe`, nested sections flattened with dots. Of a variant with several alternatives the keys of
/// each, whose name then leads the help text; so does the help text of an optional section.
template <Struct T>
std::vector<FieldInfo> schema();

}  // namespace steepest::options

#include "options/json_read.h"
#include "options/json_schema.h"
#include "options/json_write.h"
