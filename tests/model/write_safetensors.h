// write_safetensors.h: a file of format safetensors, for tests.
#pragma once
#include <ATen/ATen.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

namespace steepest::model {

/// Of float32 tensors.
inline void write_safetensors(const std::filesystem::path& file, const std::map<std::string, at::Tensor>& tensors) {
  nlohmann::json header = nlohmann::json::object();
  std::string numbers;
  for (const auto& [name, tensor] : tensors) {
    const at::Tensor row_major = tensor.detach().contiguous();
    const auto begin = numbers.size();
    numbers.append(static_cast<const char*>(row_major.data_ptr()), row_major.nbytes());
    header[name] = {{"dtype", "F32"}, {"shape", tensor.sizes().vec()}, {"data_offsets", {begin, numbers.size()}}};
  }
  const std::string text = header.dump();
  const std::uint64_t length = text.size();
  std::string size(sizeof(length), '\0');
  std::memcpy(size.data(), &length, sizeof(length));
  std::ofstream(file, std::ios::binary) << size << text << numbers;
}

}  // namespace steepest::model
