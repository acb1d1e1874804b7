// utf8.cpp: see utf8.h.
#include "hydra/utf8.h"

#include <utf8proc.h>

namespace steepest::hydra {

std::size_t first_not_utf8(const std::string& text) {
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  for (std::size_t at = 0; at < text.size();) {
    utf8proc_int32_t code = 0;
    const auto length = utf8proc_iterate(bytes + at, static_cast<utf8proc_ssize_t>(text.size() - at), &code);
    if (length <= 0) return at;
    at += static_cast<std::size_t>(length);
  }
  return std::string::npos;
}

}  // namespace steepest::hydra
