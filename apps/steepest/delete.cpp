// delete.cpp: `steepest delete` removes runs, after saying what would go and asking.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>

#include "commands.h"
#include "experiment/set_aside.h"
#include "options/error.h"
#include "output/standard_streams.h"
#include "run/numerics.h"
#include "store/plans.h"
#include "store/removal.h"
#include "terminal.h"
#include "weights/adapter.h"

namespace steepest::app {
namespace {

using options::InputError;

constexpr std::size_t kShownRuns = 10;

struct Request {
  std::vector<std::int64_t> runs;
  std::string study, scale;
  bool failed = false, untied = false, older = false, yes = false, dry_run = false;
};

void check(const Request& request) {
  const int given = !request.runs.empty() + !request.study.empty() + request.failed + request.untied + request.older;
  if (!request.scale.empty() && request.study.empty()) throw InputError("--scale belongs to a study; name it with --study");
  if (given != 1) {
    throw InputError({"", given == 0 ? "nothing to delete is named" : "several kinds of runs are named",
                      "one of: runs by id, --study NAME, --failed, --untied, --older; see `steepest delete --help`", "", "", 0});
  }
}

std::vector<std::int64_t> chosen_runs(const store::Reader& reader, const Request& request, std::int64_t study) {
  if (request.failed) return store::failed_runs(reader);
  if (request.untied) return store::untied_runs(reader);
  if (request.older) {
    std::vector<std::int64_t> runs;
    for (const auto& numerics : numerics_of_runs(reader)) {
      if (run::is_current(numerics)) continue;
      const auto older = store::runs_of_numerics(reader, numerics);
      runs.insert(runs.end(), older.begin(), older.end());
    }
    return runs;
  }
  return study != 0 ? store::runs_of_study_alone(reader, study, request.scale) : request.runs;
}

std::string plural(std::int64_t count, const std::string& noun) { return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s"); }

std::string size_text(std::int64_t bytes) {
  const double size = static_cast<double>(bytes);
  return size < 1e6 ? fmt::format("{:.0f} kB", size / 1e3) : fmt::format("{:.1f} MB", size / 1e6);
}

/// "12 runs (10 completed, 2 failed) with 1200 metric rows and 0 spectrum rows, about 1.4 MB".
std::string description(const store::Holdings& holdings) {
  std::int64_t total = 0;
  std::vector<std::string> parts;
  for (const auto& [status, count] : holdings.runs) {
    total += count;
    parts.push_back(fmt::format("{} {}", count, store::to_string(status)));
  }
  return plural(total, "run") + (parts.empty() ? "" : fmt::format(" ({})", fmt::join(parts, ", "))) + " with " +
         plural(holdings.metric_rows, "metric row") + " and " + plural(holdings.spectrum_rows, "spectrum row") + ", about " +
         size_text(holdings.bytes);
}

void refuse_impossible(const store::Holdings& holdings) {
  if (!holdings.missing.empty()) {
    throw InputError({"", fmt::format("the database has no run {}", fmt::join(holdings.missing, ", ")),
                      "ids, see `steepest query \"select id, status from run\"`", "", "", 0});
  }
  if (!holdings.held.empty()) {
    const bool more = holdings.held.size() > kShownRuns;
    const std::vector<std::int64_t> shown(holdings.held.begin(),
                                          holdings.held.begin() + static_cast<std::ptrdiff_t>(std::min(holdings.held.size(), kShownRuns)));
    throw InputError(fmt::format("a `steepest run` is at work on run {}{}; stop it first. Nothing was deleted", fmt::join(shown, ", "),
                                 more ? fmt::format(" and {} more", holdings.held.size() - kShownRuns) : ""));
  }
}

/// The word "yes", typed at a terminal.
bool confirmed() {
  if (isatty(STDIN_FILENO) != 1)
    throw InputError("there is no terminal to ask on; nothing was deleted. --yes deletes without asking, --dry-run only shows");
  output::tell(stderr, "Type \"yes\" to delete: ");
  std::string answer;
  return std::getline(std::cin, answer) && answer == "yes";
}

/// What a request comes to.
struct Deletion {
  std::vector<std::int64_t> runs;
  std::int64_t study = 0;  ///< 0: of no study
  std::string what;
  bool empty() const { return runs.empty() && study == 0; }
};

/// Throws InputError for what is not there, and where a `steepest run` stands against it.
Deletion deletion_of(const Session& session, const store::Reader& reader, Request request) {
  Deletion deletion;
  if (!request.study.empty()) {
    deletion.study = find_study(session, reader, request.study);
    if (!request.scale.empty()) find_scale(reader, deletion.study, request.study, request.scale);
    if (store::is_study_planned(reader, deletion.study)) {
      throw InputError(fmt::format("a `steepest run` is at work on study {}; stop it first. Nothing was deleted", request.study));
    }
  }
  std::sort(request.runs.begin(), request.runs.end());
  request.runs.erase(std::unique(request.runs.begin(), request.runs.end()), request.runs.end());
  deletion.runs = chosen_runs(reader, request, deletion.study);
  const auto holdings = store::holdings(reader, deletion.runs);
  refuse_impossible(holdings);
  deletion.what = description(holdings);
  if (deletion.study != 0) {
    deletion.what += fmt::format("; and the study {}{}; runs that others ask for as well stay", request.study,
                                 request.scale.empty() ? "" : " at scale " + request.scale);
  }
  return deletion;
}

void say(const char* intention, const Deletion& deletion) {
  print_result(deletion.empty() ? "there are no such runs; nothing to delete\n" : intention + deletion.what + "\n");
}

int work(const Session& session, const Request& request) {
  check(request);
  if (request.dry_run) {
    const auto file = session.open_to_read();
    say("would delete ", deletion_of(session, file.reader(), request));
    return 0;
  }
  auto file = session.open_to_write(store::Access::upgrade);
  const auto deletion = deletion_of(session, file.reader(), request);
  say("to delete: ", deletion);
  if (deletion.empty()) return 0;
  output::flush();
  if (!request.yes && !confirmed()) {
    print_note("nothing was deleted");
    return 1;
  }
  auto remover = file.remover();
  remover.delete_runs(deletion.runs, [&](const std::string& identity) {
    std::error_code ignored;
    const std::filesystem::path checkpoint = session.checkpoints() / (identity + ".pt");
    std::filesystem::remove(checkpoint, ignored);
    for (const auto& aside : experiment::names_aside(checkpoint)) std::filesystem::remove(aside, ignored);
    for (const auto& adapter : weights::kept_adapters(session.checkpoints(), identity)) std::filesystem::remove(adapter, ignored);
  });
  if (deletion.study != 0) remover.delete_study(deletion.study, request.scale);
  print_result("deleted\n");
  return 0;
}

}  // namespace

Command add_delete(CLI::App& program, Session& session) {
  auto* command = program.add_subcommand("delete", "delete runs with all their rows and checkpoints, after asking");
  const auto request = std::make_shared<Request>();
  command->add_option("runs", request->runs, "runs by id")->type_name("RUN")->check([](const std::string& text) {
    const bool number = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
    return number ? "" : fmt::format("\"{0}\" is no run's number; a study and its runs are deleted with --study {0}", text);
  });
  command->add_option("--study", request->study, "this study, and the runs that no other study asks for")->type_name("NAME");
  command->add_option("--scale", request->scale, "of the study, this scale alone")->type_name("NAME");
  command->add_flag("--failed", request->failed, "every failed run");
  command->add_flag("--untied", request->untied, "every run that belongs to no study");
  command->add_flag("--older", request->older, "every run whose numbers are of an older version of the code");
  command->add_flag("--yes", request->yes, "do not ask");
  command->add_flag("--dry-run", request->dry_run, "show what would go, and delete nothing");
  command->footer(
      "Examples:\n"
      "  steepest delete 12 13\n"
      "  steepest delete --study rank_transfer --scale smoke\n"
      "  steepest delete --older --dry-run\n"
      "Runs that a `steepest run` is at work on are refused. Freed room is used by later runs; `sqlite3 FILE vacuum` gives it back to the "
      "disk.");
  return {command, [&session, request] { return work(session, *request); }};
}

}  // namespace steepest::app
