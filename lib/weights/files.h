// files.h: whole files, and their checksums. No LibTorch.
#pragma once
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace steepest::weights {

/// The file's text. Throws options::InputError, naming it, where it is missing or cannot be read.
std::string text_of(const std::filesystem::path& file);

/// The JSON object in a file. Throws options::InputError, naming it, where it is missing or none.
nlohmann::json object_in(const std::filesystem::path& file);

/// SHA-256 of one file; of several, of a line for each, its checksum and its name, in the order given. Throws options::InputError.
std::string checksum_of(const std::vector<std::filesystem::path>& files);

}  // namespace steepest::weights
