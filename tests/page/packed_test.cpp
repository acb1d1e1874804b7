// packed_test.cpp: what a page packs, the distribution's own programs unpack.
#include "page/packed.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <regex>
#include <sstream>
#include <vector>

namespace steepest::page {
namespace {

std::string unpacked(const std::string& text) {
  std::string pattern = (std::filesystem::temp_directory_path() / "steepest_packed_XXXXXX").string();
  const std::filesystem::path folder = mkdtemp(pattern.data());
  std::ofstream(folder / "packed") << text;
  const auto command = "base64 -d " + (folder / "packed").string() + " | gzip -d > " + (folder / "text").string();
  EXPECT_EQ(std::system(command.c_str()), 0);
  std::ifstream stream(folder / "text", std::ios::binary);
  std::ostringstream result;
  result << stream.rdbuf();
  std::filesystem::remove_all(folder);
  return std::move(result).str();
}

TEST(Packed, ReadsBackTheSameAndMeansNothingToHtml) {
  std::mt19937 random(1);
  std::vector<std::string> texts{"", "a", "</script><!-- \xE2\x80\xA8 \xFF", std::string(3, '\0')};
  for (const std::size_t size : {64, 4097, 1 << 20}) {
    std::string noise(size, ' ');
    for (auto& c : noise) c = static_cast<char>(random());
    texts.push_back(noise);
  }
  for (const auto& text : texts) {
    const auto small = packed(text);
    EXPECT_TRUE(std::regex_match(small.substr(0, 5000), std::regex("[A-Za-z0-9+/]*=*"))) << small.substr(0, 80);
    EXPECT_EQ(unpacked(small), text);
    EXPECT_EQ(packed(text), small);
  }
  EXPECT_LT(packed(std::string(1'000'000, '0')).size(), 5'000u);
}

TEST(Packed, Base64OfTheStandardsExamples) {
  const std::pair<const char*, const char*> examples[]{
      {"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : examples) EXPECT_EQ(base64(bytes), text);
}

}  // namespace
}  // namespace steepest::page
