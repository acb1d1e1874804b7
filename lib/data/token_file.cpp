// token_file.cpp: see token_file.h.
#include "data/token_file.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <stdexcept>

namespace steepest::data {
namespace {

static_assert(std::endian::native == std::endian::little, "the file's numbers are little-endian and are taken as they are");

std::int32_t word(std::string_view bytes, std::size_t index) {
  std::int32_t value = 0;
  std::memcpy(&value, bytes.data() + index * sizeof(value), sizeof(value));
  return value;
}

template <class Token>
TokenFile read(std::string_view bytes, std::size_t count) {
  TokenFile file;
  file.tokens.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    Token token = 0;
    std::memcpy(&token, bytes.data() + i * sizeof(token), sizeof(token));
    if (static_cast<std::uint64_t>(token) > static_cast<std::uint64_t>(std::numeric_limits<std::int32_t>::max()))
      throw std::runtime_error("token " + std::to_string(i) + " is " + std::to_string(token) + "; valid: below 2147483648");
    file.tokens[i] = static_cast<std::int32_t>(token);
    file.largest = std::max(file.largest, file.tokens[i]);
  }
  return file;
}

}  // namespace

TokenFile parse_tokens(std::string_view bytes) {
  if (bytes.size() < kTokenHeaderBytes)
    throw std::runtime_error("it has " + std::to_string(bytes.size()) + " bytes, and its header alone takes " +
                             std::to_string(kTokenHeaderBytes));
  const std::int32_t magic = word(bytes, 0), version = word(bytes, 1), count = word(bytes, 2);
  const bool is_short = magic == kShortMagic && version == kShortVersion, is_long = magic == kLongMagic && version == kLongVersion;
  if (!is_short && !is_long) {
    throw std::runtime_error("its header begins with " + std::to_string(magic) + ", version " + std::to_string(version) +
                             "; valid: 20240520, version 1 (uint16), or 20240801, version 7 (uint32)");
  }
  const std::size_t size = is_short ? sizeof(std::uint16_t) : sizeof(std::uint32_t);
  const std::string_view numbers = bytes.substr(kTokenHeaderBytes);
  if (count < 0 || numbers.size() != static_cast<std::size_t>(count) * size) {
    throw std::runtime_error("its header counts " + std::to_string(count) + " tokens of " + std::to_string(size) + " bytes, and " +
                             std::to_string(numbers.size()) + " bytes are behind it");
  }
  return is_short ? read<std::uint16_t>(numbers, static_cast<std::size_t>(count))
                  : read<std::uint32_t>(numbers, static_cast<std::size_t>(count));
}

}  // namespace steepest::data
