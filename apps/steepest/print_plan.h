// print_plan.h: a plan for readers.
#pragma once
#include <string>

#include "report/table.h"
#include "session.h"
#include "study/study.h"
#include "sweep/planner.h"

namespace steepest::app {

/// "study rank_transfer (quick)", or "runs made again".
std::string plan_name(const study::Study& study);

/// "study rank_transfer (quick): 24 runs, 20 new, 4 completed; 2 workers, about 12 min".
std::string plan_sentence(const study::Study& study, const sweep::Plan& plan, int jobs);

/// "its grid may grow: ... from ... to ..."; empty where none grows, or none of its runs is left.
std::string growth_sentence(const study::Study& study, const sweep::Plan& plan);

/// The sentences, and a table with a row for each cell: seeds, what is there, cost. On standard output.
void print_plan(const Session& session, const study::Study& study, const sweep::Plan& plan, int jobs, report::Format format);

}  // namespace steepest::app
