// draw.h: rows of texts as a table with box lines, Markdown or CSV, given away piece by piece. Long listings are drawn, too.
#pragma once
#include <functional>
#include <string_view>
#include <vector>

#include "store/rows.h"

namespace steepest::report {

using Put = std::function<void(std::string_view piece)>;

/// Whether the texts of each column are numbers, which stand to the right.
std::vector<bool> numeric_columns(const store::Texts& texts);

/// In Unicode, or with what is in ASCII.
void draw_box(const store::Texts& texts, const std::vector<bool>& right, bool unicode, const Put& put);
void draw_markdown(const store::Texts& texts, const std::vector<bool>& right, const Put& put);
void draw_csv(const store::Texts& texts, const Put& put);

}  // namespace steepest::report
