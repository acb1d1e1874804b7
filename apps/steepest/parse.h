// parse.h: the command line, with complaints in our own words.
#pragma once
#include <CLI/CLI.hpp>
#include <optional>

namespace steepest::app {

/// Parses; prints help or the version where these were asked for, what to type first where nothing was, and then returns the exit status.
/// Throws InputError with the nearest valid name for unknown subcommands and options.
std::optional<int> parse(CLI::App& program, int argc, char** argv);

/// Names of the subcommands that are shown, and of the options of one (with its parent's).
std::vector<std::string> subcommand_names(const CLI::App& program);
std::vector<std::string> option_names(const CLI::App& command);

/// The whole number that an option was given, within bounds. Throws InputError that names `option`.
std::int64_t whole_number(const std::string& option, const std::string& text, std::int64_t least, std::int64_t most);

}  // namespace steepest::app
