// packed.h: text made small for a file that holds much of it.
#pragma once
#include <string>
#include <string_view>

namespace steepest::page {

/// RFC 4648.
std::string base64(std::string_view bytes);

/// gzip, then base64: letters, digits, "+", "/" and "=", so that nothing in it means something to HTML. The same text, the same bytes. A
/// browser unpacks it with DecompressionStream. A std::runtime_error where there is no memory for it.
std::string packed(std::string_view text);

}  // namespace steepest::page
