// safetensors_header.h: where the tensors of a file of format safetensors lie. No LibTorch.
#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace steepest::weights {

/// A tensor of a file. `type`: as the format spells it, "F32", "BF16", ...; begin, end: of its bytes, behind the header.
struct Place {
  std::string name, type;
  std::vector<std::int64_t> shape;
  std::uint64_t begin = 0, end = 0;
};

/// Eight bytes of length, a JSON header of names, types, shapes and places, then the numbers, little-endian and row by row.
/// Source: github.com/huggingface/safetensors, Format.
struct SafetensorsHeader {
  std::map<std::string, Place> places;          ///< by name
  std::map<std::string, std::string> metadata;  ///< the header's __metadata__, where its values are text
  std::uint64_t numbers_at = 0;                 ///< where the first tensor's bytes begin in the file
};

/// The most that a header may be long, as the format says.
inline constexpr std::uint64_t kLongestHeader = 100'000'000;

/// The length of the header that begins with these eight bytes, of a file of `size` bytes. Throws std::runtime_error where there can be none.
std::uint64_t header_length(std::string_view first_bytes, std::uint64_t size);

/// Of the header's text, in a file of `size` bytes. Throws std::runtime_error, saying what is wrong: no JSON, a type that is not known, places
/// that overlap, leave a hole, end elsewhere than the file, or do not fit their shapes.
SafetensorsHeader parse_header(std::string_view text, std::uint64_t size);

/// Reads the header alone. Throws options::InputError, naming the file, if it is missing or is not such a file.
SafetensorsHeader read_header(const std::filesystem::path& file);

}  // namespace steepest::weights
