// upgrade.cpp: `steepest upgrade` brings a database of an older steepest up to this one's schema.
#include <fmt/format.h>

#include "commands.h"
#include "options/error.h"
#include "store/schema.h"
#include "terminal.h"

namespace steepest::app {
namespace {

int work(const Session& session) {
  const auto file = session.database();
  const int before = store::schema_of(file), now = store::kSchemaVersion;
  if (before == now) {
    print_result(fmt::format("{}: schema version {} already; nothing to do\n", file.string(), now));
    return 0;
  }
  session.open_to_write(store::Access::upgrade);
  print_result(fmt::format("{}: upgraded from schema version {} to {}\n", file.string(), before, now));
  return 0;
}

}  // namespace

Command add_upgrade(CLI::App& program, Session& session) {
  auto* command = program.add_subcommand("upgrade", "bring a database of an older steepest up to this one; its runs stay");
  command->footer(
      "It is refused while a `steepest run` is at work on the file, and done in one transaction: as a whole or not at all. An older\n"
      "steepest cannot read the file afterwards; `sqlite3 FILE \"vacuum into 'copy.db'\"` makes a copy before. Commands that write\n"
      "runs (run, import, merge, delete) upgrade the file by themselves, those that read it do not.\n\n"
      "Example:\n"
      "  steepest upgrade");
  return {command, [&session] { return work(session); }};
}

}  // namespace steepest::app
