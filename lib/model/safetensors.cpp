// safetensors.cpp: see safetensors.h.
#include "model/safetensors.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "options/error.h"

namespace steepest::model {
namespace {

using nlohmann::json;

static_assert(std::endian::native == std::endian::little, "the file's numbers are little-endian and are taken as they are");
constexpr std::uint64_t kLargestHeader = 100'000'000;  // as the format says

struct Place {
  std::string name;
  at::ScalarType type;
  std::vector<std::int64_t> shape;
  std::uint64_t begin, end;  // of its bytes behind the header
};

at::ScalarType type_named(const std::string& name) {
  static const std::map<std::string, at::ScalarType> kTypes = {
      {"F64", at::kDouble}, {"F32", at::kFloat}, {"F16", at::kHalf}, {"BF16", at::kBFloat16}, {"I64", at::kLong},
      {"I32", at::kInt},    {"I16", at::kShort}, {"I8", at::kChar},  {"U8", at::kByte},       {"BOOL", at::kBool}};
  const auto found = kTypes.find(name);
  if (found == kTypes.end()) throw std::runtime_error("its type " + name + " is not known");
  return found->second;
}

/// The bytes of such a shape. Throws where that is no number of bytes.
std::uint64_t size_of(const Place& place) {
  std::uint64_t count = at::elementSize(place.type);
  for (const std::int64_t extent : place.shape) {
    if (extent < 0 || __builtin_mul_overflow(count, static_cast<std::uint64_t>(extent), &count))
      throw std::runtime_error("its shape is no shape");
  }
  return count;
}

Place place_of(const std::string& name, const json& entry) {
  try {
    const auto& offsets = entry.at("data_offsets");
    Place place{name, type_named(entry.at("dtype").get<std::string>()), entry.at("shape").get<std::vector<std::int64_t>>(),
                offsets.at(0).get<std::uint64_t>(), offsets.at(1).get<std::uint64_t>()};
    if (place.end < place.begin || place.end - place.begin != size_of(place)) throw std::runtime_error("its shape and its place differ");
    return place;
  } catch (const json::exception&) {
    throw std::runtime_error("tensor " + name + ": its entry lacks dtype, shape or data_offsets");
  } catch (const std::runtime_error& error) { throw std::runtime_error("tensor " + name + ": " + error.what()); }
}

/// The places of a header, in their order in the file. Throws unless they fill `size` bytes one after another.
std::vector<Place> places_of(const json& header, std::uint64_t size) {
  if (!header.is_object()) throw std::runtime_error("its header is no JSON object");
  std::vector<Place> places;
  for (const auto& [name, entry] : header.items()) {
    if (name != "__metadata__") places.push_back(place_of(name, entry));
  }
  std::sort(places.begin(), places.end(),
            [](const Place& a, const Place& b) { return std::pair(a.begin, a.end) < std::pair(b.begin, b.end); });
  std::uint64_t at = 0;
  for (const Place& place : places) {
    if (place.begin != at) throw std::runtime_error("tensor " + place.name + " does not begin where the one before it ends");
    at = place.end;
  }
  if (at != size) throw std::runtime_error("its tensors take " + std::to_string(at) + " bytes, and " + std::to_string(size) + " are there");
  return places;
}

std::map<std::string, at::Tensor> tensors_in(const std::string& bytes) {
  std::uint64_t length = 0;
  if (bytes.size() < sizeof(length)) throw std::runtime_error("it is shorter than the length of a header");
  std::memcpy(&length, bytes.data(), sizeof(length));
  if (length > kLargestHeader || length > bytes.size() - sizeof(length)) throw std::runtime_error("its header is longer than the file");
  const char* start = bytes.data() + sizeof(length);
  const json header = json::parse(start, start + length, nullptr, /*allow_exceptions=*/false);
  const char* numbers = start + length;
  std::map<std::string, at::Tensor> tensors;
  for (const Place& place : places_of(header, bytes.size() - sizeof(length) - length)) {
    at::Tensor tensor = at::empty(place.shape, place.type);
    if (place.end > place.begin) std::memcpy(tensor.data_ptr(), numbers + place.begin, place.end - place.begin);
    tensors.emplace(place.name, tensor);
  }
  return tensors;
}

}  // namespace

Safetensors::Safetensors(const std::filesystem::path& file) {
  std::error_code ignored;
  std::ifstream stream(file, std::ios::binary);
  if (!stream || std::filesystem::is_directory(file, ignored)) throw options::InputError(file.string() + " is missing or cannot be read");
  const std::string bytes{std::istreambuf_iterator<char>(stream), {}};
  if (stream.bad()) throw options::InputError("reading " + file.string() + " failed");
  try {
    tensors_ = tensors_in(bytes);
  } catch (const std::runtime_error& error) { throw options::InputError(file.string() + " is not a safetensors file: " + error.what()); }
}

std::vector<std::string> Safetensors::names() const {
  std::vector<std::string> names;
  for (const auto& [name, tensor] : tensors_) names.push_back(name);
  return names;
}

}  // namespace steepest::model
