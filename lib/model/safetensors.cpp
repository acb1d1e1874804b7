// safetensors.cpp: see safetensors.h.
#include "model/safetensors.h"

#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string_view>

#include "options/error.h"
#include "weights/safetensors_header.h"

namespace steepest::model {
namespace {

at::ScalarType type_named(const std::string& name) {
  static const std::map<std::string, at::ScalarType> kTypes = {
      {"F64", at::kDouble}, {"F32", at::kFloat}, {"F16", at::kHalf}, {"BF16", at::kBFloat16}, {"I64", at::kLong},
      {"I32", at::kInt},    {"I16", at::kShort}, {"I8", at::kChar},  {"U8", at::kByte},       {"BOOL", at::kBool}};
  return kTypes.at(name);  // the header's reader knows no others
}

std::map<std::string, at::Tensor> tensors_in(const std::string& bytes) {
  const std::string_view all = bytes;
  const std::uint64_t length = weights::header_length(all.substr(0, sizeof(length)), all.size());
  const auto header = weights::parse_header(all.substr(sizeof(length), length), all.size());
  const char* numbers = bytes.data() + header.numbers_at;
  std::map<std::string, at::Tensor> tensors;
  for (const auto& [name, place] : header.places) {
    at::Tensor tensor = at::empty(place.shape, type_named(place.type));
    if (place.end > place.begin) std::memcpy(tensor.data_ptr(), numbers + place.begin, place.end - place.begin);
    tensors.emplace(name, tensor);
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
