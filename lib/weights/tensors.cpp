// tensors.cpp: see tensors.h.
#include "weights/tensors.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "options/error.h"
#include "weights/files.h"

namespace steepest::weights {
namespace {

using options::InputError;

/// IEEE 754 binary16.
float of_half(std::uint16_t bits) {
  const std::uint32_t sign = static_cast<std::uint32_t>(bits & 0x8000u) << 16, exponent = (bits >> 10) & 0x1fu, fraction = bits & 0x3ffu;
  if (exponent == 0) {  // zero, or below the normal numbers
    const float small = static_cast<float>(fraction) * 0x1p-24f;
    return sign != 0 ? -small : small;
  }
  const std::uint32_t wide = exponent == 31 ? 0x7f800000u : (exponent + 112u) << 23;
  return std::bit_cast<float>(sign | wide | (fraction << 13));
}

template <class Convert>
void widen(const char* bytes, std::size_t count, float* to, Convert&& convert) {
  for (std::size_t i = 0; i < count; ++i) {
    std::uint16_t bits = 0;
    std::memcpy(&bits, bytes + 2 * i, sizeof(bits));
    to[i] = convert(bits);
  }
}

bool plain_name(const std::string& file) { return !file.empty() && file.find('/') == std::string::npos && file != "." && file != ".."; }

std::string some(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < std::min<std::size_t>(names.size(), 4); ++i) text += (i == 0 ? "" : ", ") + names[i];
  return names.size() > 4 ? text + " and " + std::to_string(names.size() - 4) + " more" : text;
}

}  // namespace

std::string shape_text(const std::vector<std::int64_t>& shape) {
  std::string text;
  for (const auto extent : shape) text += (text.empty() ? "" : ", ") + std::to_string(extent);
  return "[" + text + "]";
}

bool to_float32(const std::string& type, const char* bytes, std::size_t count, float* to) {
  if (type == "F32") {
    if (count > 0) std::memcpy(to, bytes, 4 * count);
  } else if (type == "BF16") {
    widen(bytes, count, to, [](std::uint16_t bits) { return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16); });
  } else if (type == "F16") {
    widen(bytes, count, to, of_half);
  } else {
    return false;
  }
  return true;
}

std::map<std::string, std::vector<std::string>> parse_index(std::string_view text) {
  const auto index = nlohmann::json::parse(text.begin(), text.end(), nullptr, /*allow_exceptions=*/false);
  const auto map = index.is_object() ? index.find("weight_map") : index.end();
  if (!index.is_object() || map == index.end() || !map->is_object()) throw std::runtime_error("it has no weight_map of names to files");
  std::map<std::string, std::vector<std::string>> files;
  for (const auto& [name, file] : map->items()) {
    if (!file.is_string() || !plain_name(file.get<std::string>()))
      throw std::runtime_error("the file of tensor " + name + " is not the name of a file beside it");
    files[file.get<std::string>()].push_back(name);
  }
  if (files.empty()) throw std::runtime_error("its weight_map is empty");
  return files;
}

Tensors Tensors::in_folder(const std::filesystem::path& folder, const std::string& stem) {
  const std::filesystem::path whole = folder / (stem + ".safetensors"), index = folder / (stem + ".safetensors.index.json");
  std::error_code ignored;
  if (!std::filesystem::exists(index, ignored)) {
    if (!std::filesystem::exists(whole, ignored))
      throw InputError(folder.string() + " holds neither " + whole.filename().string() + " nor " + index.filename().string());
    return Tensors(whole);
  }
  Tensors tensors;
  tensors.said_ = index;
  std::map<std::string, std::vector<std::string>> files;
  try {
    files = parse_index(text_of(index));
  } catch (const std::runtime_error& error) {
    if (dynamic_cast<const InputError*>(&error)) throw;
    throw InputError(index.string() + " is not an index of safetensors files: " + error.what());
  }
  for (const auto& [file, names] : files) tensors.take(folder / file, read_header(folder / file), names);
  tensors.files_.push_back(index);
  return tensors;
}

Tensors::Tensors(const std::filesystem::path& file) : said_(file) {
  const SafetensorsHeader header = read_header(file);
  std::vector<std::string> names;
  for (const auto& [name, place] : header.places) names.push_back(name);
  take(file, header, names);
  metadata_ = header.metadata;
}

void Tensors::take(const std::filesystem::path& file, const SafetensorsHeader& header, const std::vector<std::string>& names) {
  files_.push_back(file);
  for (const auto& name : names) {
    const auto found = header.places.find(name);
    if (found == header.places.end())
      throw InputError(file.string() + " lacks the tensor " + name + ", which " + said_.filename().string() + " says it has");
    tensors_.emplace(name, Tensor{file, found->second, header.numbers_at});
  }
}

std::vector<std::string> Tensors::names() const {
  std::vector<std::string> names;
  for (const auto& [name, tensor] : tensors_) names.push_back(name);
  return names;
}

const Tensors::Tensor& Tensors::tensor(const std::string& name) const {
  const auto found = tensors_.find(name);
  if (found == tensors_.end())
    throw InputError(said_.string() + ": the tensor " + name + " is missing; there are " + (tensors_.empty() ? "none" : some(names())));
  return found->second;
}

void Tensors::read(const std::string& name, const std::vector<std::int64_t>& shape, float* to) const {
  const Tensor& from = tensor(name);
  const auto refuse = [&](const std::string& problem) { throw InputError(from.file.string() + ": the tensor " + name + " " + problem); };
  if (from.place.shape != shape) refuse("has the shape " + shape_text(from.place.shape) + ", and " + shape_text(shape) + " is needed");
  std::string bytes(from.place.end - from.place.begin, '\0');
  std::ifstream stream(from.file, std::ios::binary);
  stream.seekg(static_cast<std::streamoff>(from.numbers_at + from.place.begin));
  stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (static_cast<std::size_t>(stream.gcount()) != bytes.size()) refuse("cannot be read to its end");
  std::size_t count = 1;
  for (const auto extent : shape) count *= static_cast<std::size_t>(extent);
  if (!to_float32(from.place.type, bytes.data(), count, to)) refuse("is of type " + from.place.type + ", and F32, BF16 or F16 is needed");
}

std::vector<float> Tensors::read(const std::string& name) const {
  std::size_t count = 1;
  for (const auto extent : shape(name)) count *= static_cast<std::size_t>(extent);
  std::vector<float> numbers(count);
  read(name, shape(name), numbers.data());
  return numbers;
}

std::string Tensors::sha256() const { return checksum_of(files_); }

}  // namespace steepest::weights
