// glance.h: how far a study is, in a few lines of text.
#pragma once
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "store/reader.h"

namespace steepest::page {

/// A curve in one line, a character for each of `width` stretches: eight heights of block characters, or of ASCII.
std::string block_curve(const std::vector<double>& values, std::size_t width, bool unicode);

/// The cell with the lowest mean so far, among those without diverged runs, with its interval: "validation_loss 1.7694 [1.7651, 1.7735], 6
/// seeds: model.rank=32 ..."; empty: no run has completed.
std::string best_so_far(const store::Reader& reader, std::int64_t study, const std::string& scale);

struct GlanceOptions {
  std::size_t width = 80;  ///< no line is longer
  bool unicode = true;
};

/// "20/63 cells, 136/378 runs, 4 running, about 1 h 06 min left"
std::string glance_line(const nlohmann::ordered_json& progress);

/// A bar with that line, the best so far, and of each running run its curve. `progress`: see study_document.h.
std::vector<std::string> glance_lines(const std::string& title, const nlohmann::ordered_json& progress, const std::string& best,
                                      const GlanceOptions& options);

/// Every run has ended, however.
bool is_complete(const nlohmann::ordered_json& progress);

}  // namespace steepest::page
