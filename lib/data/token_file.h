// token_file.h: a corpus as tokens, in the form of Andrej Karpathy's llm.c. No LibTorch.
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace steepest::data {

/// A header of 256 int32 (magic, version, count, zeros) and then `count` tokens, little-endian. Of magic 20240520 and version 1 they are uint16; of
/// magic 20240801 and version 7, which llm.c has for vocabularies above 65,536, uint32.
struct TokenFile {
  std::vector<std::int32_t> tokens;
  std::int32_t largest = 0;  ///< the vocabulary must be above it
};

inline constexpr std::size_t kTokenHeaderBytes = 256 * sizeof(std::int32_t);
inline constexpr std::int32_t kShortMagic = 20240520, kShortVersion = 1;
inline constexpr std::int32_t kLongMagic = 20240801, kLongVersion = 7;

/// Throws std::runtime_error, saying what was found and what is valid: another magic number or version, a count that the file does not have, a
/// token that no int32 holds.
TokenFile parse_tokens(std::string_view bytes);

}  // namespace steepest::data
