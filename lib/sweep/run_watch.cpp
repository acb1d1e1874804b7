// run_watch.cpp: see run_watch.h.
#include "sweep/run_watch.h"

#include <fmt/format.h>

#include "sweep/statistics.h"
#include "sweep/words.h"

namespace steepest::sweep {
namespace {

using store::RunStatus;

bool has_ended(RunStatus status) {
  return status == RunStatus::completed || status == RunStatus::diverged || status == RunStatus::failed;
}

}  // namespace

RunWatch::RunWatch(store::Database& database, std::int64_t study, std::string scale)
    : database_(database), study_(study), scale_(std::move(scale)) {
  read();
}

void RunWatch::read() {
  known_.clear();
  ended_ = 0;
  for (auto& run : database_.runs(study_, scale_)) {
    ended_ += has_ended(run.status);
    known_.emplace(run.id, std::move(run));
  }
}

std::string RunWatch::line(const store::RunSummary& run, std::int64_t number, std::int64_t total) const {
  std::string text =
      fmt::format("[{}/{}] {:<9}  {} seed={}", number, total, store::to_string(run.status), cell_text(run.cell), run.seed);
  if (run.status == RunStatus::completed) {
    const auto loss = database_.last_metric(run.id, kValidationLoss);
    if (loss) text += fmt::format("  {} {:.4f}", kValidationLoss, *loss);
  } else if (run.status == RunStatus::diverged) {
    text += fmt::format("  at step {}", run.step);
  } else {
    text += "  " + run.error.substr(0, run.error.find('\n'));
  }
  return text + "  " + duration(run.seconds);
}

std::vector<RunWatch::RunEnded> RunWatch::news(const store::Progress& progress) {
  if (progress.completed + progress.diverged + progress.failed == ended_) return {};
  const auto before = std::move(known_);
  read();
  std::vector<const store::RunSummary*> fresh;
  for (const auto& [id, run] : known_) {
    const auto old = before.find(id);
    if (has_ended(run.status) && (old == before.end() || !has_ended(old->second.status))) fresh.push_back(&run);
  }
  std::vector<RunEnded> ended;
  auto number = ended_ - static_cast<std::int64_t>(fresh.size());
  for (const auto* run : fresh) {
    ended.push_back({line(*run, ++number, static_cast<std::int64_t>(known_.size())), run->status});
  }
  update_statistics(database_, study_, scale_, Cells::complete);
  return ended;
}

}  // namespace steepest::sweep
