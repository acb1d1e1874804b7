// files.cpp: see files.h.
#include "weights/files.h"

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "digest/sha256.h"
#include "options/error.h"

namespace steepest::weights {
namespace {

using options::InputError;

std::ifstream opened(const std::filesystem::path& file) {
  std::error_code ignored;
  std::ifstream stream(file, std::ios::binary);
  if (!stream || std::filesystem::is_directory(file, ignored)) throw InputError(file.string() + " is missing or cannot be read");
  return stream;
}

std::string checksum_of(const std::filesystem::path& file) {
  std::ifstream stream = opened(file);
  digest::Sha256 digest;
  std::vector<char> part(1 << 20);
  while (stream.read(part.data(), static_cast<std::streamsize>(part.size())), stream.gcount() > 0) {
    digest.add(part.data(), static_cast<std::size_t>(stream.gcount()));
  }
  if (stream.bad()) throw InputError("reading " + file.string() + " failed");
  return digest.hexadecimal();
}

}  // namespace

std::string text_of(const std::filesystem::path& file) {
  std::ifstream stream = opened(file);
  std::string text{std::istreambuf_iterator<char>(stream), {}};
  if (stream.bad()) throw InputError("reading " + file.string() + " failed");
  return text;
}

nlohmann::json object_in(const std::filesystem::path& file) {
  auto object = nlohmann::json::parse(text_of(file), nullptr, /*allow_exceptions=*/false);
  if (!object.is_object()) throw InputError(file.string() + " holds no JSON object");
  return object;
}

std::string checksum_of(const std::vector<std::filesystem::path>& files) {
  if (files.size() == 1) return checksum_of(files.front());
  std::string lines;
  for (const auto& file : files) lines += checksum_of(file) + "  " + file.filename().string() + "\n";
  return digest::sha256(lines);
}

}  // namespace steepest::weights
