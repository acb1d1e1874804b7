// safetensors.h: tensors by name from a file of the format that Python's `safetensors` writes.
#pragma once
#include <ATen/ATen.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace steepest::model {

/// A file as it was read: eight bytes of length, a JSON header of names, types, shapes and places, then the numbers, little-endian and row by
/// row. Source: github.com/huggingface/safetensors, Format.
class Safetensors {
 public:
  /// Reads the whole file. Throws options::InputError, naming the file, if it is missing or is not such a file: a header that is no JSON, a
  /// type that is not known, places that overlap, leave a hole, end elsewhere than the file, or do not fit their shapes.
  explicit Safetensors(const std::filesystem::path& file);

  std::vector<std::string> names() const;
  bool has(const std::string& name) const { return tensors_.count(name) == 1; }
  /// A tensor on the CPU in the file's type. Throws std::out_of_range for a name that is not there.
  const at::Tensor& at(const std::string& name) const { return tensors_.at(name); }

 private:
  std::map<std::string, at::Tensor> tensors_;
};

}  // namespace steepest::model
