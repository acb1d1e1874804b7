// commands.h: the subcommands. Each has one file, which declares its options, and what it does once they are parsed.
#pragma once
#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <vector>

#include "session.h"

namespace steepest::app {

/// A subcommand: its options in CLI11, and its work, which returns the exit status.
struct Command {
  CLI::App* options;
  std::function<int()> work;
};

Command add_run(CLI::App& program, Session& session);
Command add_init(CLI::App& program, Session& session);
Command add_tune(CLI::App& program, Session& session);
Command add_plan(CLI::App& program, Session& session);
Command add_config(CLI::App& program, Session& session);
Command add_status(CLI::App& program, Session& session);
Command add_query(CLI::App& program, Session& session);
Command add_report(CLI::App& program, Session& session);
Command add_optimizers(CLI::App& program, Session& session);
Command add_doctor(CLI::App& program, Session& session);
Command add_serve(CLI::App& program, Session& session);
Command add_watch(CLI::App& program, Session& session);
Command add_compare(CLI::App& program, Session& session);
Command add_stats(CLI::App& program, Session& session);
Command add_claims(CLI::App& program, Session& session);
Command add_completion(CLI::App& program, Session& session);
Command add_export(CLI::App& program, Session& session);
Command add_import(CLI::App& program, Session& session);
Command add_merge(CLI::App& program, Session& session);
Command add_delete(CLI::App& program, Session& session);
Command add_adapter(CLI::App& program, Session& session);
Command add_upgrade(CLI::App& program, Session& session);

/// What `steepest` alone prints.
extern const char* const kFirstSteps;

/// The program with its global options and every subcommand.
std::vector<Command> add_all(CLI::App& program, Session& session);

}  // namespace steepest::app
