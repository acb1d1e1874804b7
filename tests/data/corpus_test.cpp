// corpus_test.cpp: files are checked before they are used, and what cannot be used is said with the way out.
#include "data/corpus.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "options/error.h"

namespace steepest::data {
namespace {

using ::testing::HasSubstr;

class CorpusFile : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("steepest_corpus_" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
    options_.name = "text";
    options_.file = "abc.txt";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  void write(const std::string& text) { std::ofstream(folder_ / "abc.txt", std::ios::binary) << text; }
  std::string complaint() {
    try {
      check_corpus(options_, folder_);
    } catch (const options::InputError& error) {
      return error.what();
    }
    return "";
  }
  std::filesystem::path folder_;
  DataOptions options_;
};

TEST_F(CorpusFile, SplitsByPositionAndNumbersTheSortedBytes) {
  write("cabcabcabcabcabcabca");
  const Corpus corpus = load_corpus(options_, folder_, 1);
  EXPECT_EQ(corpus.vocabulary, "abc");
  ASSERT_EQ(corpus.symbols.size(), 20u);
  EXPECT_EQ(corpus.symbols[0], 2);
  EXPECT_EQ(corpus.symbols[1], 0);
  EXPECT_EQ(corpus.validation_start, 18u);
}

TEST_F(CorpusFile, ATextWithoutAnAddressIsNotSaidToBeDownloadable) {
  EXPECT_THAT(complaint(), Not(HasSubstr("make data")));
  EXPECT_THAT(complaint(), HasSubstr("STEEPEST_DATA_DIR"));
}

TEST_F(CorpusFile, AVocabularyThatIsGivenIsTakenAndOtherCharactersAreRefused) {
  write("cabcabcabcabcabcabca");
  const Corpus corpus = load_corpus(options_, folder_, 1, "abcd");
  EXPECT_EQ(corpus.vocabulary, "abcd");
  EXPECT_EQ(corpus.symbols[0], 2);
  EXPECT_THROW(load_corpus(options_, folder_, 1, "ab"), options::InputError);
}

TEST_F(CorpusFile, MissingFileNamesBothWaysAndTheSyntheticCorpus) {
  options_.url = "https://example.org/abc.txt";
  EXPECT_THAT(complaint(), HasSubstr("make data"));
  EXPECT_THAT(complaint(), HasSubstr("STEEPEST_DATA_DIR"));
  EXPECT_THAT(complaint(), HasSubstr("data=synthetic"));
}

TEST_F(CorpusFile, ChecksumMustMatch) {
  write("abc");
  options_.sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";  // of "abc", FIPS 180-2
  EXPECT_EQ(complaint(), "");
  write("abd");
  EXPECT_THAT(complaint(), HasSubstr(options_.sha256));
}

TEST_F(CorpusFile, TooShortATextForOneWindowIsSaid) {
  write("abcabcabc");
  EXPECT_THROW(load_corpus(options_, folder_, 8), options::InputError);
}

}  // namespace
}  // namespace steepest::data
