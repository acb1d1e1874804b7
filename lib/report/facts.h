// facts.h: what stands above every table: corpus, seeds, tokens, versions, machine.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "report/report.h"

namespace steepest::report {

/// Name and text of each fact that the runs have: study, scale, corpus, base, seeds, tokens, numerics, machine.
/// Facts that differ between runs are listed, each once.
std::vector<std::pair<std::string, std::string>> study_facts(const Request& request, const std::vector<store::RunSummary>& runs);

inline constexpr const char* kSyntheticNotice = "SYNTHETIC CORPUS: THESE LOSSES CAN NEVER BE COMPARED WITH THE PAPER'S";

/// Whether any run reads the synthetic corpus, whose losses can never be compared with a paper's.
bool is_synthetic(const Request& request, const std::vector<store::RunSummary>& runs);

/// A footnote where runs were made from an uncommitted tree; else empty.
std::string dirty_footnote(const Request& request);

}  // namespace steepest::report
