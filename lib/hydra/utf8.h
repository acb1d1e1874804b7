// utf8.h: is a text UTF-8? JSON, and so the database, can hold nothing else.
#pragma once
#include <string>

namespace steepest::hydra {

/// The first byte that does not belong to a well-formed UTF-8 sequence; npos if all do.
std::size_t first_not_utf8(const std::string& text);

}  // namespace steepest::hydra
