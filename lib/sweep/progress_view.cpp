// progress_view.cpp: see progress_view.h.
#include "sweep/progress_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "output/standard_streams.h"
#include "sweep/duration.h"

namespace steepest::sweep {
namespace {

std::int64_t ended(const store::Progress& progress) { return progress.completed + progress.diverged + progress.failed; }

}  // namespace

void Estimate::add(const store::Progress& progress, double seconds) {
  now_ = seconds;
  if (!started_) {
    started_ = true;
    flops_ = flops_at_start_ = progress.flops_done;
    seconds_at_start_ = seconds;
  }
  if (progress.flops_done == flops_) return;
  flops_ = progress.flops_done;
  const double done = flops_ - flops_at_start_, elapsed = seconds - seconds_at_start_;
  const double open = std::max(0.0, progress.flops_total - flops_);
  if (done > 0 && elapsed > 0) end_ = seconds + open * elapsed / done;
}

double Estimate::left() const { return end_ < 0 ? -1 : std::max(0.0, end_ - now_); }

std::string progress_bar(double fraction, int width, bool unicode) {
  const int full = static_cast<int>(std::lround(std::clamp(std::isfinite(fraction) ? fraction : 0.0, 0.0, 1.0) * width));
  std::string bar;
  for (int i = 0; i < width; ++i) bar += i < full ? (unicode ? "█" : "#") : (unicode ? "░" : "-");
  return "[" + bar + "]";
}

std::string progress_text(const store::Progress& progress, double seconds, double seconds_left) {
  std::string text = fmt::format("{}/{} runs", ended(progress), progress.total());
  const std::pair<std::int64_t, const char*> parts[]{
      {progress.running, "running"}, {progress.diverged, "diverged"}, {progress.failed, "failed"}, {progress.interrupted, "interrupted"}};
  for (const auto& [count, name] : parts) {
    if (count > 0) text += fmt::format(", {} {}", count, name);
  }
  text += ", " + duration_text(seconds);
  if (ended(progress) < progress.total()) text += seconds_left >= 0 ? ", about " + duration_text(seconds_left) + " left" : "";
  return text;
}

void ProgressView::update(const store::Progress& progress, double seconds, std::optional<double> left) {
  seconds_ = seconds;
  estimate_.add(progress, seconds);
  const std::string text = progress_text(progress, seconds, left.value_or(estimate_.left()));
  if (!options_.live) {
    if (seconds - last_plain_ >= options_.plain_every) print(text);
    return;
  }
  const double fraction = progress.flops_total > 0 ? progress.flops_done / progress.flops_total : 0;
  std::string line = text;
  // The bar takes what the text leaves; on a narrow terminal there is none, and a line must never wrap.
  const int room = std::min(30, options_.width - static_cast<int>(text.size()) - 4);
  if (room >= 5) line = progress_bar(fraction, room, options_.unicode) + " " + text;
  else if (static_cast<int>(text.size()) >= options_.width)
    line = text.substr(0, static_cast<std::size_t>(std::max(1, options_.width - 1)));
  if (line == live_line_) return;
  live_line_ = line;
  output::tell(options_.stream, "\r" + line + "\x1b[K");
}

void ProgressView::run_ended(const std::string& line, bool important) {
  if (!options_.live || important) print(line);
}

void ProgressView::note(const std::string& line) { print(line); }

void ProgressView::print(const std::string& line) {
  output::tell(options_.stream, live_line_.empty() ? line + "\n" : "\r\x1b[K" + line + "\n" + live_line_);
  last_plain_ = seconds_;
}

void ProgressView::close() {
  if (live_line_.empty()) return;
  live_line_.clear();
  output::tell(options_.stream, "\n");
}

}  // namespace steepest::sweep
