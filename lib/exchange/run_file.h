// run_file.h: a file of runs, read line by line and checked as a whole.
#pragma once
#include <functional>
#include <istream>
#include <string>

#include "store/finished_runs.h"

namespace steepest::exchange {

/// What is done with each line. Studies come before runs.
struct Visitor {
  std::function<void(const store::StudyRecord&)> study;
  std::function<void(store::RunRecord&&)> run;
};

/// Reads to the end. Throws InputError with file and line for anything that export did not write: an unknown format, a line that is
/// not as described, an identity that is not its configuration's, a missing or foreign last line. What was wrong may show only at
/// the end, after the visitor has seen the rest: read once with an idle visitor before anything is done with the lines.
void read_runs(std::istream& input, const std::string& name, const Visitor& visitor);

/// The same with an idle visitor.
void check_runs(std::istream& input, const std::string& name);

}  // namespace steepest::exchange
