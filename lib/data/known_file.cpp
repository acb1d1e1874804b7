// known_file.cpp: see known_file.h.
#include "data/known_file.h"

#include <fstream>
#include <vector>

#include "digest/sha256.h"
#include "options/error.h"

namespace steepest::data {
namespace {

using options::InputError;

std::string checksum(const std::string& file, const Folders& folders) {
  const std::filesystem::path path = folders.find(file);
  std::error_code ignored;
  std::ifstream stream(path, std::ios::binary);
  if (!stream || std::filesystem::is_directory(path, ignored)) {
    throw InputError({"file", file + " is not in " + folders.listed(), "put it there, or set STEEPEST_DATA_DIR to a folder that holds it"});
  }
  digest::Sha256 digest;
  std::vector<char> part(1 << 20);
  while (stream.read(part.data(), static_cast<std::streamsize>(part.size())), stream.gcount() > 0) {
    digest.add(part.data(), static_cast<std::size_t>(stream.gcount()));
  }
  if (stream.bad()) throw InputError({"file", "reading " + path.string() + " failed", "a readable file"});
  return digest.hexadecimal();
}

}  // namespace

void KnownFiles::complete(FileOptions& options) {
  if (!options.sha256.empty()) return;
  auto known = checksums_.find(options.file);
  if (known == checksums_.end()) known = checksums_.emplace(options.file, checksum(options.file, folders_)).first;
  options.sha256 = known->second;
}

std::filesystem::path checked_file(const FileOptions& options, const Folders& folders) {
  const std::string found = checksum(options.file, folders);
  if (!options.sha256.empty() && found != options.sha256) {
    throw InputError({"file", folders.find(options.file).string() + " has SHA-256 " + found + ", expected " + options.sha256,
                      "the file with that checksum; runs of the one that is here: sha256="});
  }
  return folders.find(options.file);
}

}  // namespace steepest::data
