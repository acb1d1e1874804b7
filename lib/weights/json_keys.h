// json_keys.h: what readers of configurations in JSON share.
#pragma once
#include <nlohmann/json.hpp>
#include <string>

#include "options/error.h"
#include "options/valid_text.h"

namespace steepest::weights {

inline bool is_given(const nlohmann::json& config, const char* key) { return config.contains(key) && !config.at(key).is_null(); }

[[noreturn]] inline void refuse(const char* key, const nlohmann::json& found, const std::string& valid) {
  throw options::InputError({key, "found " + options::quoted(found), valid});
}

}  // namespace steepest::weights
