// facts.h: what stands above every table: corpus, seeds, tokens, versions, machine.
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "results/facts.h"

namespace steepest::report {

/// Name and text of each fact that the runs have: study, scale, corpus, base, seeds, tokens, numerics, machine. Facts that differ between
/// runs are listed, each once.
std::vector<std::pair<std::string, std::string>> header_of(const std::string& name, const results::Study& study);

nlohmann::ordered_json to_json(const results::Facts& facts);

}  // namespace steepest::report
