// complete.h: what could come next on a command line, for the shells' completion.
#pragma once
#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "session.h"

namespace steepest::app {

/// The hidden first argument with which the completion scripts call: `steepest __complete WORD ... LAST`.
inline constexpr const char* kCompleteWord = "__complete";

/// Candidates for the last of `words` (which may be empty), each beginning with it.
std::vector<std::string> completions(const CLI::App& program, Session& session, const std::vector<std::string>& words);

/// Prints them, one a line. Never complains: half a command line is no mistake. Returns 0.
int print_completions(const CLI::App& program, Session& session, const std::vector<std::string>& words);

}  // namespace steepest::app
