// fuzz_safetensors.cpp: any bytes as a file of format safetensors, or, where they begin with `{`, as the index of several. They are read or refused with
// a std::runtime_error; tensors lie within the file, one behind another, and what is written of them is read as the same.
#include <cstdint>
#include <cstring>
#include <stdexcept>

#include "property.h"
#include "weights/adapter.h"
#include "weights/safetensors_header.h"
#include "weights/tensors.h"

namespace {

using namespace steepest;

nlohmann::json shown(const std::vector<std::int64_t>& shape, const std::vector<float>& values) {
  std::vector<std::uint32_t> bits(values.size());
  if (!values.empty()) std::memcpy(bits.data(), values.data(), 4 * values.size());  // NaN is equal to itself
  return {shape, bits};
}

std::map<std::string, weights::Numbers> numbers_of(std::string_view bytes) {
  const std::uint64_t length = weights::header_length(bytes.substr(0, 8), bytes.size());
  const auto header = weights::parse_header(bytes.substr(8, length), bytes.size());
  std::uint64_t taken = 0;
  std::map<std::string, weights::Numbers> all;
  for (const auto& [name, place] : header.places) {
    if (place.end < place.begin || place.end > bytes.size() - header.numbers_at) std::abort();
    taken += place.end - place.begin;
    std::size_t count = 1;
    for (const auto extent : place.shape) count *= static_cast<std::size_t>(extent);
    if (place.type != "F32" && place.type != "BF16" && place.type != "F16") continue;
    weights::Numbers numbers{place.shape, std::vector<float>(count)};
    const std::string own(bytes.substr(header.numbers_at + place.begin, place.end - place.begin));
    if (!weights::to_float32(place.type, own.data(), count, numbers.values.data())) std::abort();
    all.emplace(name, std::move(numbers));
  }
  fuzz::demand_same(taken, bytes.size() - header.numbers_at, "bytes of all tensors");
  return all;
}

void read(std::string_view bytes) {
  if (!bytes.empty() && bytes.front() == '{') {
    for (const auto& [file, names] : weights::parse_index(bytes)) {
      if (file.empty() || file.find('/') != std::string::npos || names.empty()) std::abort();
    }
    return;
  }
  const auto all = numbers_of(bytes);
  std::string text;
  try {
    text = weights::safetensors_text(all, {});
  } catch (const nlohmann::json::exception&) { return; }  // a name that is no UTF-8 can be read, not written
  const auto again = numbers_of(text);
  fuzz::demand_same(all.size(), again.size(), "number of tensors");
  for (const auto& [name, numbers] : all) {
    fuzz::demand_same(shown(numbers.shape, numbers.values), shown(again.at(name).shape, again.at(name).values), name);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    read(std::string_view(reinterpret_cast<const char*>(data), size));
  } catch (const std::runtime_error&) {}
  return 0;
}
