// yaml_text.h: a configuration as YAML.
#pragma once
#include <functional>
#include <nlohmann/json.hpp>
#include <string>

namespace steepest::app {

/// `tree` as YAML in block style, lists in one line. `remark`, if given, is called with each dotted key of a value; what it
/// returns stands behind the value as a comment.
std::string yaml_text(const nlohmann::json& tree, const std::function<std::string(const std::string& key)>& remark = {});

}  // namespace steepest::app
