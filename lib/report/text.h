// text.h: small helpers of everything that is printed: widths on a terminal, numbers as readers write them.
#pragma once
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "results/label.h"

namespace steepest::report {

/// Columns that a UTF-8 text takes on a terminal: none for a combining mark, two for a wide character, one for a byte that is no UTF-8.
std::size_t display_width(std::string_view text);

/// `text` filled with blanks to `width` columns; to the left of it when `right` is set.
std::string padded(const std::string& text, std::size_t width, bool right = false);

bool is_ascii(std::string_view text);

/// Replaces the few non-ASCII characters that we print (±, –, η, box lines are the table's own) for terminals without UTF-8.
std::string to_ascii(const std::string& text);

/// Whether the locale of the environment (LC_ALL, LC_CTYPE, LANG in that order) says UTF-8.
bool locale_is_utf8();

/// "1.05M", "64k", "17": counts for readers.
std::string count(double value);

/// The last part of a dotted key, as a column's header.
std::string last_part(const std::string& key);

/// A number for machines: null where it is not finite.
nlohmann::json finite(double value);

using results::number;
using results::value_text;

}  // namespace steepest::report
