// token_file_test.cpp: corpora of tokens, and what is said of files that are none.
#include "data/token_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstring>
#include <fstream>

#include "data/corpus.h"
#include "options/error.h"

namespace steepest::data {
namespace {

using ::testing::HasSubstr;

template <class Token>
std::string file_of(std::int32_t magic, std::int32_t version, const std::vector<Token>& tokens, std::int64_t stated = -1) {
  std::vector<std::int32_t> header(256);
  header[0] = magic;
  header[1] = version;
  header[2] = static_cast<std::int32_t>(stated < 0 ? static_cast<std::int64_t>(tokens.size()) : stated);
  std::string bytes(reinterpret_cast<const char*>(header.data()), kTokenHeaderBytes);
  return bytes.append(reinterpret_cast<const char*>(tokens.data()), tokens.size() * sizeof(Token));
}

std::string complaint(const std::string& bytes) {
  try {
    parse_tokens(bytes);
  } catch (const std::runtime_error& error) { return error.what(); }
  return {};
}

TEST(LlamaTokenFile, HoldsShortOrLongTokens) {
  const auto narrow = parse_tokens(file_of<std::uint16_t>(kShortMagic, kShortVersion, {7, 0, 65535}));
  EXPECT_EQ(narrow.tokens, (std::vector<std::int32_t>{7, 0, 65535}));
  EXPECT_EQ(narrow.largest, 65535);
  const auto wide = parse_tokens(file_of<std::uint32_t>(kLongMagic, kLongVersion, {128255, 1, 2147483647}));
  EXPECT_EQ(wide.tokens, (std::vector<std::int32_t>{128255, 1, 2147483647}));
  EXPECT_EQ(wide.largest, 2147483647);
}

TEST(LlamaTokenFile, OthersAreRefused) {
  EXPECT_EQ(complaint(std::string(1023, '\0')), "it has 1023 bytes, and its header alone takes 1024");
  const std::string valid = "; valid: 20240520, version 1 (uint16), or 20240801, version 7 (uint32)";
  EXPECT_EQ(complaint(file_of<std::uint16_t>(5, 1, {1})), "its header begins with 5, version 1" + valid);
  EXPECT_EQ(complaint(file_of<std::uint16_t>(kShortMagic, 7, {1})), "its header begins with 20240520, version 7" + valid);
  EXPECT_EQ(complaint(file_of<std::uint16_t>(kShortMagic, 1, {1, 2}, 3)),
            "its header counts 3 tokens of 2 bytes, and 4 bytes are behind it");
  EXPECT_EQ(complaint(file_of<std::uint16_t>(kShortMagic, 1, {1, 2}, -7) + "x"),
            "its header counts 2 tokens of 2 bytes, and 5 bytes are behind it");
  EXPECT_EQ(complaint(file_of<std::uint32_t>(kLongMagic, 7, {1, 2147483648u})), "token 1 is 2147483648; valid: below 2147483648");
}

class LlamaTokens : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("steepest_tokens_" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
    options_.name = "tokens";
    options_.file = "a.bin";
    std::vector<std::uint16_t> tokens;
    for (int i = 0; i < 100; ++i) tokens.push_back(static_cast<std::uint16_t>(i * 7 % 90));
    write(file_of(kShortMagic, kShortVersion, tokens));
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  void write(const std::string& bytes) const { std::ofstream(folder_ / "a.bin", std::ios::binary) << bytes; }
  template <class Body>
  std::string said(Body&& body) const {
    try {
      body();
    } catch (const options::InputError& error) { return error.what(); }
    return {};
  }
  std::filesystem::path folder_;
  DataOptions options_;
};

TEST_F(LlamaTokens, AreSplitAsTextIs) {
  options_.vocabulary = 128;
  const Corpus corpus = load_corpus(options_, folder_, 4);
  EXPECT_EQ(corpus.tokens.size(), 100u);
  EXPECT_EQ(corpus.tokens[1], 7);
  EXPECT_EQ(corpus.validation_start, 90u);
  EXPECT_EQ(corpus.vocabulary, 128);
  EXPECT_THAT(said([&] { load_corpus(options_, folder_, 10); }), HasSubstr("the corpus has 100 tokens"));
}

TEST_F(LlamaTokens, MustBeBelowTheVocabulary) {
  DataOptions open = options_;
  Corpora(folder_).complete(open);
  EXPECT_EQ(open.vocabulary, 90) << "the least that serves";
  EXPECT_EQ(open.sha256.size(), 64u);
  DataOptions stated = options_;
  stated.vocabulary = 128;
  Corpora(folder_).complete(stated);
  EXPECT_EQ(stated.vocabulary, 128);
  options_.vocabulary = 89;
  const std::string expected = "a.bin has the token 89, and the vocabulary is 89; valid: tokens below it";
  EXPECT_THAT(said([&] { Corpora(folder_).complete(options_); }), HasSubstr(expected));
  EXPECT_THAT(said([&] { check_corpus(options_, folder_); }), HasSubstr(expected));
  EXPECT_THAT(said([&] { load_corpus(options_, folder_, 4); }), HasSubstr(expected));
}

TEST_F(LlamaTokens, ComplaintsNameTheFile) {
  write("text");
  EXPECT_THAT(said([&] { check_corpus(options_, folder_); }),
              HasSubstr((folder_ / "a.bin").string() + " is not a file of tokens: it has 4 bytes"));
  options_.file = "none.bin";
  EXPECT_THAT(said([&] { check_corpus(options_, folder_); }), HasSubstr("setup/token_file.py"));
}

TEST(LlamaFolders, AreLookedIntoInTheirOrder) {
  const auto folder = std::filesystem::temp_directory_path() / ("steepest_folders_" + std::to_string(::getpid()));
  for (const char* name : {"a", "b"}) std::filesystem::create_directories(folder / name);
  std::ofstream(folder / "b" / "text") << "b";
  const char* before = std::getenv("STEEPEST_DATA_DIR");
  const std::string kept = before ? before : "";
  setenv("STEEPEST_DATA_DIR", ((folder / "a").string() + "::" + (folder / "b").string()).c_str(), 1);
  Folders folders = data_folders(folder);
  if (before) setenv("STEEPEST_DATA_DIR", kept.c_str(), 1);
  else unsetenv("STEEPEST_DATA_DIR");
  EXPECT_EQ(folders.all(), (std::vector{folder / "a", folder / "b", folder / "data"}));
  EXPECT_EQ(folders.find("text"), folder / "b" / "text");
  EXPECT_EQ(folders.find("none"), folder / "a" / "none");
  std::ofstream(folder / "a" / "text") << "a";
  EXPECT_EQ(folders.find("text"), folder / "a" / "text");
  folders.put_first(folder / "b");
  EXPECT_EQ(folders.find("text"), folder / "a" / "text") << "it has its place already";
  folders.put_first(folder);
  EXPECT_EQ(folders.text(),
            folder.string() + ":" + (folder / "a").string() + ":" + (folder / "b").string() + ":" + (folder / "data").string());
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace steepest::data
