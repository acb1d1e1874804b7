// file_error.h: complaints that lead to the line of a study's file.
#pragma once
#include <string>
#include <vector>

#include "hydra/tree.h"

namespace steepest::study {

/// Throws options::InputError with the file, line and column where the node stands.
[[noreturn]] void fail(const hydra::Node& node, const std::string& key, const std::string& problem, const std::string& valid,
                       const std::string& nearest = "");

/// That the node is a section, and has no other keys than these.
void check_keys(const hydra::Node& map, const std::string& path, const std::vector<std::string>& known);

}  // namespace steepest::study
