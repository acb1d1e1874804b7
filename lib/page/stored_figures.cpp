// stored_figures.cpp: see stored_figures.h.
#include "page/stored_figures.h"

#include <openssl/evp.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <vector>

namespace steepest::page {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLargest = 400'000;  // bytes

std::string base64(const std::string& text) {
  std::vector<unsigned char> code(4 * ((text.size() + 2) / 3) + 1);
  const int length = EVP_EncodeBlock(code.data(), reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  return {code.begin(), code.begin() + length};
}

/// An image runs no script and fetches nothing, whatever stands in the file.
std::string address_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return "data:image/svg+xml;base64," + base64(text.str());
}

}  // namespace

nlohmann::ordered_json stored_figures(const fs::path& folder, const std::string& name) {
  std::string stem = name;
  std::replace(stem.begin(), stem.end(), '/', '-');
  std::vector<fs::path> files;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(folder, none)) {
    const auto found = entry.path().stem().string();
    const bool fits = found == stem || found.rfind(stem + "_", 0) == 0;
    if (fits && entry.path().extension() == ".svg") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end(), [](const fs::path& a, const fs::path& b) {
    return a.string().size() < b.string().size() || (a.string().size() == b.string().size() && a < b);
  });
  nlohmann::ordered_json result = nlohmann::ordered_json::array();
  for (const auto& file : files) {
    std::error_code gone;
    const auto size = fs::file_size(file, gone);
    if (gone) continue;
    result.push_back({{"name", file.stem().string()}, {"image", size > kLargest ? std::string() : address_of(file)}});
  }
  return result;
}

}  // namespace steepest::page
