// glance.cpp: see glance.h.
#include "page/glance.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "page/study_document.h"
#include "report/text.h"
#include "results/cells.h"
#include "sweep/cell_text.h"
#include "sweep/duration.h"
#include "sweep/progress_view.h"

namespace steepest::page {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t kWidestCurve = 40;
constexpr int kWidestBar = 40;

/// Cut to so many columns; for readers alone.
std::string cut(std::string text, std::size_t width, bool unicode) {
  if (report::display_width(text) <= width) return text;
  const std::string end = unicode ? "…" : "...";
  const std::size_t taken = unicode ? 1 : end.size(), room = width > taken ? width - taken : 0;
  while (!text.empty() && report::display_width(text) > room) {
    do text.pop_back();
    while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xC0) == 0x80);
    // What is left of a character's first byte goes with it.
    if (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xC0) == 0xC0) text.pop_back();
  }
  return text + end;
}

/// With the last parts of its keys: a line is short.
nlohmann::json short_keys(const nlohmann::json& cell) {
  nlohmann::json result = nlohmann::json::object();
  for (const auto& [key, value] : cell.items()) result[report::last_part(key)] = value;
  return result;
}

std::string line_of(const ordered_json& run, const GlanceOptions& options) {
  std::string text =
      fmt::format("run {}  {} seed={}  step {}", run.at("run").get<std::int64_t>(), sweep::cell_text(short_keys(run.at("cell"))),
                  run.at("seed").get<std::int64_t>(), run.at("step").get<std::int64_t>());
  if (run.at("steps") > 0) text += fmt::format("/{}", run.at("steps").get<std::int64_t>());
  if (!run.contains("values") || run.at("values").empty()) return cut(text, options.width, options.unicode);
  std::vector<double> values;
  for (const auto& value : run.at("values")) values.push_back(value.is_number() ? value.get<double>() : std::nan(""));
  const std::string end = fmt::format("  {} {:.4g}", run.at("metric").get<std::string>(), values.back());
  // The curve keeps some room where the cell has many keys.
  const std::size_t least = std::min<std::size_t>(16, options.width / 4);
  const std::size_t head = options.width - std::min(options.width, end.size() + least + 2);
  text = cut(text, head, options.unicode);
  const std::size_t room = options.width - std::min(options.width, report::display_width(text) + end.size() + 2);
  return text + "  " + block_curve(values, std::min(room, kWidestCurve), options.unicode) + end;
}

}  // namespace

std::string block_curve(const std::vector<double>& values, std::size_t width, bool unicode) {
  static constexpr const char* kBlocks[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  static constexpr const char* kAscii[] = {"_", ".", "-", "~", "=", "+", "*", "#"};
  // A loss falls most at once: what comes after the first tenth decides about the heights, and what lies above is as high as can be.
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (std::size_t i = values.size() / 10; i < values.size(); ++i) {
    if (std::isfinite(values[i])) low = std::min(low, values[i]), high = std::max(high, values[i]);
  }
  std::string text;
  const std::size_t count = std::min(width, values.size());
  for (std::size_t i = 0; i < count; ++i) {
    const double value = values[(i + 1) * values.size() / count - 1];
    if (!std::isfinite(value)) {
      text += unicode ? "×" : "x";
      continue;
    }
    const auto height = static_cast<std::size_t>(high > low ? 7.999 * std::min(1.0, std::max(0.0, (value - low) / (high - low))) : 0.0);
    text += (unicode ? kBlocks : kAscii)[height];
  }
  return text;
}

std::string best_so_far(const store::Reader& reader, std::int64_t study, const std::string& scale) {
  const auto loaded = results::load(reader, study, scale, {.configurations = false});
  const auto metric = metric_of(loaded, reader.study_definition(study));
  const auto rows = results::cells(loaded, metric);
  const results::CellRow* best = nullptr;
  for (const auto& row : rows) {
    if (row.level.n > 0 && row.counts.diverged == 0 && (best == nullptr || row.level.mean < best->level.mean)) best = &row;
  }
  if (best == nullptr) return "";
  const auto& level = best->level;
  std::string text = fmt::format("{} {:.5g}", metric, level.mean);
  if (std::isfinite(level.interval.low)) text += fmt::format(" [{:.5g}, {:.5g}]", level.interval.low, level.interval.high);
  return text + fmt::format(", {} seed{}: {}", level.n, level.n == 1 ? "" : "s", sweep::cell_text(best->cell->keys));
}

std::string glance_line(const ordered_json& progress) {
  const auto count = [&](const char* key) { return progress.at(key).get<std::int64_t>(); };
  std::string text = fmt::format("{}/{} cells, {}/{} runs", count("filled"), count("cells"),
                                 count("completed") + count("diverged") + count("failed"), count("runs"));
  for (const char* status : {"running", "interrupted", "diverged", "failed"}) {
    if (count(status) > 0) text += fmt::format(", {} {}", count(status), status);
  }
  if (is_complete(progress)) return text;
  const auto& left = progress.at("seconds_left");
  if (count("running") == 0) return text + ", nobody is at work on it";
  return text + (left.is_number() ? ", about " + sweep::duration_text(left.get<double>()) + " left" : "");
}

std::vector<std::string> glance_lines(const std::string& title, const ordered_json& progress, const std::string& best,
                                      const GlanceOptions& options) {
  std::vector<std::string> lines{title};
  const int bar = std::min(kWidestBar, static_cast<int>(options.width) - 2);
  if (bar >= 5) lines.push_back(sweep::progress_bar(is_complete(progress) ? 1 : progress.at("done").get<double>(), bar, options.unicode));
  lines.push_back(glance_line(progress));
  if (!best.empty()) lines.push_back("best so far: " + best);
  for (auto& line : lines) line = cut(std::move(line), options.width, options.unicode);
  for (const auto& run : progress.at("held")) lines.push_back(line_of(run, options));
  if (!options.unicode) {
    for (auto& line : lines) line = report::to_ascii(line);
  }
  return lines;
}

bool is_complete(const ordered_json& progress) {
  return progress.at("queued") == 0 && progress.at("running") == 0 && progress.at("interrupted") == 0;
}

}  // namespace steepest::page
