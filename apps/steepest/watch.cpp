// watch.cpp: `steepest watch` shows in the terminal how far a study is, until it is complete.
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>

#include "commands.h"
#include "options/error.h"
#include "output/standard_streams.h"
#include "page/glance.h"
#include "page/shared_text.h"
#include "page/study_document.h"
#include "store/data_version.h"
#include "store/plans.h"
#include "sweep/signals.h"
#include "terminal.h"

namespace steepest::app {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kLook{1};
constexpr std::chrono::seconds kPlainEvery{60};

/// Redraws its lines where there is a terminal; else a line whenever a run has ended, and every minute.
class Screen {
 public:
  explicit Screen(std::string title) : title_(std::move(title)), terminal_(stdout) {}

  void show(const nlohmann::ordered_json& progress, const std::string& best, bool last) {
    if (terminal_.interactive) draw(progress, best);
    else say(progress, best, last);
    output::flush();
  }

 private:
  void draw(const nlohmann::ordered_json& progress, const std::string& best) {
    const auto width = static_cast<std::size_t>(std::max(20, Terminal(stdout).width - 1));  // it may have been resized
    const auto lines = page::glance_lines(title_, progress, best, {width, terminal_.unicode});
    std::string text = drawn_ > 0 ? fmt::format("\x1b[{}F\x1b[J", drawn_) : "";
    for (const auto& line : lines) text += line + "\n";
    drawn_ = lines.size();
    print_result(text);
  }

  void say(const nlohmann::ordered_json& progress, const std::string& best, bool last) {
    const std::int64_t ended = progress.at("completed").get<std::int64_t>() + progress.at("diverged").get<std::int64_t>() +
                               progress.at("failed").get<std::int64_t>();
    const auto now = Clock::now();
    if (!last && ended == ended_ && now - said_ < kPlainEvery) return;
    ended_ = ended, said_ = now;
    print_result(fmt::format("{}: {}{}\n", title_, page::glance_line(progress), best.empty() ? "" : "; best so far: " + best));
  }

  std::string title_;
  Terminal terminal_;
  std::size_t drawn_ = 0;
  std::int64_t ended_ = -1;
  Clock::time_point said_{};
};

bool at_work(const store::Reader& reader, const std::string& study, const std::string& scale) {
  const auto plans = store::live_plans(reader);
  return std::any_of(plans.begin(), plans.end(), [&](const store::LivePlan& plan) { return plan.study == study && plan.scale == scale; });
}

int watch_study(const Session& session, const std::string& name, const std::string& scale_option) {
  const auto file = session.open_to_read();
  const auto reader = file.reader();
  const auto study = find_study(session, reader, name);
  const auto scale = find_scale(reader, study, name, scale_option);
  const sweep::SignalQueue signals;
  Screen screen(fmt::format("study {} ({})", name, scale));
  std::string state, best;
  std::optional<std::int64_t> version;
  bool ended = false;  // all that is planned: what is waited for then, the end of a call, may change nothing in the file
  Clock::time_point next{};
  for (;;) {
    const auto now = Clock::now();
    if (const auto seen = store::data_version(reader); now >= next && (ended || seen != version)) {
      version = seen;
      if (reader.study_id(name) != study) throw options::InputError("study " + name + " was deleted");
      if (auto found = page::study_state(reader, study, scale); found != state) {
        state = std::move(found);
        best = page::best_so_far(reader, study, scale);
      }
      const auto progress = page::progress_document(reader, study, scale);
      // While a call is at work on a study whose runs have all ended, its grid may grow.
      ended = page::is_complete(progress);
      const bool complete = ended && !at_work(reader, name, scale);
      screen.show(progress, best, complete);
      if (complete) return 0;
      // As the server does: whoever looks on takes a hundredth of the time at most.
      next = now + std::max<Clock::duration>(kLook, page::SharedText::kShare * (Clock::now() - now));
    }
    const int signal = signals.wait(kLook);
    if (signal != 0 && signal != SIGCHLD) return 128 + signal;
  }
}

}  // namespace

Command add_watch(CLI::App& program, Session& session) {
  auto* command = program.add_subcommand("watch", "how far a study is, in the terminal, until it is complete");
  const auto study = std::make_shared<std::string>();
  const auto scale = std::make_shared<std::string>();
  command->add_option("study", *study, "the study's name")->required()->type_name("STUDY");
  command->add_option("--scale", *scale, "its scale (default: the one planned last)")->type_name("NAME");
  command->footer(
      "Cells that are filled, the best of them so far with its 95 % interval, the loss of the runs that are under way, the time left. "
      "Without a\n"
      "terminal it prints a line whenever a run has ended, and every minute. It only reads; Ctrl-C ends it and leaves the study alone.\n\n"
      "Example:\n"
      "  steepest watch rank_transfer");
  return {command, [&session, study, scale] { return watch_study(session, *study, *scale); }};
}

}  // namespace steepest::app
