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
    } catch (const options::InputError& error) { return error.what(); }
    return "";
  }
  std::filesystem::path folder_;
  DataOptions options_;
};

TEST_F(CorpusFile, SplitsByPositionAndNumbersTheSortedBytes) {
  write("cabcabcabcabcabcabca");
  const Corpus corpus = load_corpus(options_, folder_, 1);
  EXPECT_EQ(corpus.tokenizer.alphabet(), "abc");
  ASSERT_EQ(corpus.tokens.size(), 20u);
  EXPECT_EQ(corpus.tokens[0], 2);
  EXPECT_EQ(corpus.tokens[1], 0);
  EXPECT_EQ(corpus.validation_start, 18u);
}

TEST_F(CorpusFile, ATextWithoutAnAddressIsNotSaidToBeDownloadable) {
  EXPECT_THAT(complaint(), Not(HasSubstr("make data")));
  EXPECT_THAT(complaint(), HasSubstr("STEEPEST_DATA_DIR"));
}

TEST_F(CorpusFile, AVocabularyThatIsGivenIsTakenAndOtherCharactersAreRefused) {
  write("cabcabcabcabcabcabca");
  const Corpus corpus = load_corpus(options_, folder_, 1, CharacterTokenizer("abcd"));
  EXPECT_EQ(corpus.tokenizer.alphabet(), "abcd");
  EXPECT_EQ(corpus.tokens[0], 2);
  EXPECT_THROW(load_corpus(options_, folder_, 1, CharacterTokenizer("ab")), options::InputError);
}

TEST_F(CorpusFile, MissingFileNamesBothWaysAndTheSyntheticCorpus) {
  options_.url = "https://example.org/abc.txt";
  options_.sha256 = std::string(64, '0');
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

TEST_F(CorpusFile, VocabularyMustMatchTheTextOfTheChecksum) {
  write("abc");
  options_.sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  options_.vocabulary = 3;
  EXPECT_EQ(complaint(), "");
  options_.vocabulary = 65;
  EXPECT_THAT(complaint(), HasSubstr("data.vocabulary: found 65"));
  EXPECT_THAT(complaint(), HasSubstr("3 distinct characters"));
}

TEST_F(CorpusFile, WhatARunLeavesOpenIsTheTextsOwn) {
  write("abcab");
  Corpora corpora(folder_);
  DataOptions open = options_;
  open.vocabulary = 65;  // of the text that stood here before
  corpora.complete(open);
  EXPECT_EQ(open.vocabulary, 3);
  EXPECT_EQ(open.sha256.size(), 64u);
  DataOptions counted = open;
  counted.vocabulary = 0;
  corpora.complete(counted);
  EXPECT_EQ(counted.vocabulary, 3);
  options_ = open;
  EXPECT_EQ(complaint(), "");
  write("abcabd");
  EXPECT_THAT(complaint(), HasSubstr("expected " + open.sha256));
  DataOptions later = open;
  later.sha256.clear();
  corpora.complete(later);
  EXPECT_EQ(later.sha256, open.sha256) << "all runs of one plan name the same text";
  Corpora(folder_).complete(later = options_);
  later.sha256.clear();
  Corpora(folder_).complete(later);
  EXPECT_NE(later.sha256, open.sha256);
  EXPECT_EQ(later.vocabulary, 4);
}

TEST_F(CorpusFile, NothingIsReadForWhatIsStated) {
  DataOptions stated = options_;
  stated.sha256 = std::string(64, 'a');
  stated.vocabulary = 5;
  Corpora(folder_).complete(stated);  // there is no file
  EXPECT_EQ(stated.vocabulary, 5);
  stated.vocabulary = 0;
  EXPECT_THROW(Corpora(folder_).complete(stated), options::InputError);
  DataOptions synthetic;
  synthetic.name = "synthetic";
  Corpora(folder_).complete(synthetic);
  EXPECT_EQ(synthetic.vocabulary, 27);
  EXPECT_EQ(synthetic.sha256, "");
}

TEST_F(CorpusFile, TheSyntheticVocabularyIsItsAlphabet) {
  DataOptions synthetic;
  synthetic.name = "synthetic";
  synthetic.characters = 10000;
  const Corpus corpus = load_corpus(synthetic, folder_, 16);
  EXPECT_EQ(static_cast<std::int64_t>(corpus.tokenizer.size()), kSyntheticVocabulary);
  EXPECT_TRUE(std::is_sorted(corpus.tokenizer.alphabet().begin(), corpus.tokenizer.alphabet().end()));
}

TEST_F(CorpusFile, TooShortATextForOneWindowIsSaid) {
  write("abcabcabc");
  EXPECT_THROW(load_corpus(options_, folder_, 8), options::InputError);
}

}  // namespace
}  // namespace steepest::data
