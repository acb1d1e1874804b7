// header.h: what stands above every table: corpus, seeds, tokens, versions, machine.
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "results/provenance.h"

namespace steepest::report {

/// In how many cells runs of several kinds of machines are taken together, as if nothing but the seed differed. Empty: in none.
inline constexpr const char* kMixedMachines = "mixed machines";
std::string mixed_machines(const results::Study& study);

/// Name and text of each line: study, scale, corpus, base, seeds, tokens, numerics, machine. What differs between
/// runs is listed, each once.
std::vector<std::pair<std::string, std::string>> header_of(const std::string& name, const results::Study& study);

nlohmann::ordered_json to_json(const results::Provenance& provenance);

}  // namespace steepest::report
