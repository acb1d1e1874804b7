// tensors.h: the tensors of a model as Hugging Face's libraries keep them: one file of format safetensors, or several with an index. No LibTorch.
#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "weights/safetensors_header.h"

namespace steepest::weights {

/// Numbers are read when they are asked for.
class Tensors {
 public:
  /// The file `stem`.safetensors of the folder, or, where `stem`.safetensors.index.json is there, the tensors that it lists, in the files that it
  /// names. Throws options::InputError, naming the file, where there is neither, or one of them is malformed.
  static Tensors in_folder(const std::filesystem::path& folder, const std::string& stem = "model");
  /// Of one file.
  explicit Tensors(const std::filesystem::path& file);

  std::vector<std::string> names() const;
  bool has(const std::string& name) const { return tensors_.count(name) == 1; }
  /// Throws options::InputError for a name that is not there.
  const std::vector<std::int64_t>& shape(const std::string& name) const { return tensor(name).place.shape; }
  /// The numbers of a tensor of this shape, of type F32, BF16 or F16, as float32. Throws options::InputError, naming the file and the tensor,
  /// where it is missing, of another shape or type, or the file has become shorter.
  void read(const std::string& name, const std::vector<std::int64_t>& shape, float* to) const;
  std::vector<float> read(const std::string& name) const;
  /// The files that hold them, the one with the index among them, in the order of their names.
  const std::vector<std::filesystem::path>& files() const { return files_; }
  const std::map<std::string, std::string>& metadata() const { return metadata_; }
  /// SHA-256 of the file; of several, of a line for each, its checksum and its name. It reads them whole.
  std::string sha256() const;

 private:
  struct Tensor {
    std::filesystem::path file;
    Place place;
    std::uint64_t numbers_at;
  };
  Tensors() = default;
  const Tensor& tensor(const std::string& name) const;
  void take(const std::filesystem::path& file, const SafetensorsHeader& header, const std::vector<std::string>& names);

  std::filesystem::path said_;  // the file or index that a missing tensor is looked for in
  std::vector<std::filesystem::path> files_;
  std::map<std::string, Tensor> tensors_;
  std::map<std::string, std::string> metadata_;
};

/// "[576, 192]"
std::string shape_text(const std::vector<std::int64_t>& shape);

/// float32 of numbers of type F32, BF16 or F16; false for another type. `bytes`: as many as `count` of them have.
bool to_float32(const std::string& type, const char* bytes, std::size_t count, float* to);

/// The files of an index (its text), each with the names of its tensors. Throws std::runtime_error, saying what is wrong: no JSON, no weight_map, a
/// file that is not a plain name.
std::map<std::string, std::vector<std::string>> parse_index(std::string_view text);

}  // namespace steepest::weights
