// merge.cpp: `steepest merge` takes in the finished runs of another database.
#include "exchange/merge.h"

#include "commands.h"
#include "received.h"
#include "terminal.h"

namespace steepest::app {

Command add_merge(CLI::App& program, Session& session) {
  auto* command = program.add_subcommand("merge", "take in the finished runs and studies of another database, which is not changed");
  const auto other = std::make_shared<std::string>();
  command->add_option("other", *other, "the other SQLite file")->required()->type_name("OTHER.db");
  command->footer(
      "Examples:\n"
      "  steepest merge /media/stick/steepest.db\n"
      "  steepest --database all.db merge results/steepest.db\n"
      "Runs that are here already stay as they are, so merging twice changes nothing.");
  return {command, [&session, other] {
            print_result(received_text(exchange::merge(session.database(), *other), *other, session));
            return 0;
          }};
}

}  // namespace steepest::app
