// text.h: small helpers of everything that is printed: widths on a terminal, numbers as readers write them.
#pragma once
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

namespace steepest::report {

/// Columns that a UTF-8 text takes on a terminal: none for a combining mark, two for a wide character, one for a byte that is no UTF-8.
std::size_t display_width(const std::string& text);

/// `text` filled with blanks to `width` columns; to the left of it when `right` is set.
std::string padded(const std::string& text, std::size_t width, bool right = false);

bool is_ascii(const std::string& text);

/// Replaces the few non-ASCII characters that we print (±, –, η, box lines are the table's own) for terminals without UTF-8.
std::string to_ascii(const std::string& text);

/// Whether the locale of the environment (LC_ALL, LC_CTYPE, LANG in that order) says UTF-8.
bool locale_is_utf8();

/// A number as short as it can be while still reading back to the same double: 0.1, 3e-05, 128.
std::string number(double value);

/// "1.05M", "64k", "17": counts for readers.
std::string count(double value);

/// A configuration value for readers: strings without quotes, numbers short, everything else as JSON.
std::string value_text(const nlohmann::json& value);

}  // namespace steepest::report
