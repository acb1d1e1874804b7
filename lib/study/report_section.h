// report_section.h: whether the section report: of a study's file says how to report it.
#pragma once
#include <optional>

#include "hydra/tree.h"
#include "study/report_options.h"

namespace steepest::study {

/// The keys of the report of a study's definition, whose file was checked; empty: it is of another kind.
std::optional<BestRateOptions> best_rate_report(const nlohmann::json& definition);

/// Throws options::InputError where a key is missing, unknown, or holds what it cannot.
void check_report_section(const hydra::Node& section);

}  // namespace steepest::study
