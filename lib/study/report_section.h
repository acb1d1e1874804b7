// report_section.h: whether the section report: of a study's file says how to report it.
#pragma once
#include "hydra/tree.h"

namespace steepest::study {

/// Throws options::InputError where a key is missing, unknown, or holds what it cannot.
void check_report_section(const hydra::Node& section);

}  // namespace steepest::study
