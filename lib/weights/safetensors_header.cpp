// safetensors_header.cpp: see safetensors_header.h.
#include "weights/safetensors_header.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "options/error.h"

namespace steepest::weights {
namespace {

using nlohmann::json;

static_assert(std::endian::native == std::endian::little, "the file's numbers are little-endian and are taken as they are");

std::uint64_t bytes_of_type(const std::string& type) {
  static const std::map<std::string, std::uint64_t> kTypes = {{"F64", 8}, {"F32", 4}, {"F16", 2}, {"BF16", 2}, {"I64", 8},
                                                              {"I32", 4}, {"I16", 2}, {"I8", 1},  {"U8", 1},   {"BOOL", 1}};
  const auto found = kTypes.find(type);
  if (found == kTypes.end()) throw std::runtime_error("its type " + type + " is not known");
  return found->second;
}

/// The bytes of such a shape. Throws where that is no number of bytes.
std::uint64_t bytes_of(const Place& place) {
  std::uint64_t count = bytes_of_type(place.type);
  for (const std::int64_t extent : place.shape) {
    if (extent < 0 || __builtin_mul_overflow(count, static_cast<std::uint64_t>(extent), &count))
      throw std::runtime_error("its shape is no shape");
  }
  return count;
}

/// A whole number that JSON has as one: 1.5 and -1 are none.
template <class T>
T whole(const json& value) {
  if (value.is_number_integer() && !value.is_number_unsigned()) throw std::runtime_error("its shape is no shape");
  if (!value.is_number_unsigned()) throw std::runtime_error("its entry lacks dtype, shape or data_offsets");
  const auto number = value.get<std::uint64_t>();
  if (number > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) throw std::runtime_error("its shape is no shape");
  return static_cast<T>(number);
}

Place place_of(const std::string& name, const json& entry) {
  try {
    Place place{name, entry.at("dtype").get<std::string>(), {}, 0, 0};
    for (const json& extent : entry.at("shape").get_ref<const json::array_t&>()) place.shape.push_back(whole<std::int64_t>(extent));
    const auto& offsets = entry.at("data_offsets");
    place.begin = whole<std::uint64_t>(offsets.at(0));
    place.end = whole<std::uint64_t>(offsets.at(1));
    if (place.end < place.begin || place.end - place.begin != bytes_of(place)) throw std::runtime_error("its shape and its place differ");
    return place;
  } catch (const json::exception&) {
    throw std::runtime_error("tensor " + name + ": its entry lacks dtype, shape or data_offsets");
  } catch (const std::runtime_error& error) { throw std::runtime_error("tensor " + name + ": " + error.what()); }
}

/// The tensors must fill what is behind the header, one after another.
void check_order(const std::map<std::string, Place>& by_name, std::uint64_t bytes) {
  std::vector<const Place*> places;
  for (const auto& [name, place] : by_name) places.push_back(&place);
  std::sort(places.begin(), places.end(),
            [](const Place* a, const Place* b) { return std::pair(a->begin, a->end) < std::pair(b->begin, b->end); });
  std::uint64_t at = 0;
  for (const Place* place : places) {
    if (place->begin != at) throw std::runtime_error("tensor " + place->name + " does not begin where the one before it ends");
    at = place->end;
  }
  if (at != bytes)
    throw std::runtime_error("its tensors take " + std::to_string(at) + " bytes, and " + std::to_string(bytes) + " are there");
}

}  // namespace

std::uint64_t header_length(std::string_view first_bytes, std::uint64_t size) {
  std::uint64_t length = 0;
  if (size < sizeof(length) || first_bytes.size() < sizeof(length)) throw std::runtime_error("it is shorter than the length of a header");
  std::memcpy(&length, first_bytes.data(), sizeof(length));
  if (length > kLongestHeader || length > size - sizeof(length)) throw std::runtime_error("its header is longer than the file");
  return length;
}

SafetensorsHeader parse_header(std::string_view text, std::uint64_t size) {
  const json header = json::parse(text.begin(), text.end(), nullptr, /*allow_exceptions=*/false);
  if (!header.is_object()) throw std::runtime_error("its header is no JSON object");
  SafetensorsHeader result;
  for (const auto& [name, entry] : header.items()) {
    if (name == "__metadata__") {
      for (const auto& [key, value] : entry.items()) {
        if (value.is_string()) result.metadata[key] = value.get<std::string>();
      }
    } else {
      result.places.emplace(name, place_of(name, entry));
    }
  }
  result.numbers_at = sizeof(std::uint64_t) + text.size();
  check_order(result.places, size - result.numbers_at);
  return result;
}

SafetensorsHeader read_header(const std::filesystem::path& file) {
  std::error_code failed;
  std::ifstream stream(file, std::ios::binary);
  if (!stream || std::filesystem::is_directory(file, failed)) throw options::InputError(file.string() + " is missing or cannot be read");
  const std::uint64_t size = std::filesystem::file_size(file, failed);
  if (failed) throw options::InputError(file.string() + ": " + failed.message());
  try {
    std::string first(sizeof(std::uint64_t), '\0');
    stream.read(first.data(), static_cast<std::streamsize>(first.size()));
    std::string text(header_length(first.substr(0, static_cast<std::size_t>(stream.gcount())), size), '\0');
    stream.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (static_cast<std::size_t>(stream.gcount()) != text.size()) throw std::runtime_error("its header ends early");
    return parse_header(text, size);
  } catch (const std::runtime_error& error) { throw options::InputError(file.string() + " is not a safetensors file: " + error.what()); }
}

}  // namespace steepest::weights
