// header.h: what stands above every table: corpus, seeds, tokens, versions, machine.
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "results/provenance.h"

namespace steepest::report {

inline constexpr const char* kMixedMachines = "mixed machines";

/// What a reader of a study's numbers is warned of, by name: cells that take runs of several kinds of machines together, as if nothing but the seed
/// differed; runs that were trained as one with others. Empty: of nothing.
std::vector<std::pair<std::string, std::string>> cautions(const results::Provenance& provenance, std::size_t cells);

/// Name and text of each line: study, scale, corpus, base, seeds, tokens, numerics, machine. What differs between
/// runs is listed, each once.
std::vector<std::pair<std::string, std::string>> header_of(const std::string& name, const results::Study& study);

nlohmann::ordered_json to_json(const results::Provenance& provenance);

}  // namespace steepest::report
