// tokenizer_test.cpp: tokens are places in the alphabet, and decoding is the inverse of encoding.
#include "data/tokenizer.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "random/streams.h"

namespace steepest::data {
namespace {

TEST(CharacterTokenizer, TheAlphabetOfATextIsItsDistinctCharactersInRisingOrder) {
  EXPECT_EQ(CharacterTokenizer::of("banana\n").alphabet(), "\nabn");
  EXPECT_EQ(CharacterTokenizer::of("\xff\x01\x7f").alphabet(), "\x01\x7f\xff");
  EXPECT_EQ(CharacterTokenizer::of("").size(), 0);
}

TEST(CharacterTokenizer, DecodingIsTheInverseOfEncodingForEveryByte) {
  random::Stream stream(7);
  for (int trial = 0; trial < 50; ++trial) {
    std::string text;
    for (std::uint64_t length = stream.below(300); text.size() < length;) text.push_back(static_cast<char>(stream.below(256)));
    const auto tokenizer = CharacterTokenizer::of(text);
    const auto tokens = tokenizer.encode(text);
    ASSERT_EQ(tokens.size(), text.size());
    for (const auto token : tokens) ASSERT_TRUE(token >= 0 && token < tokenizer.size());
    EXPECT_EQ(tokenizer.decode(tokens), text);
  }
}

TEST(CharacterTokenizer, WhatTheAlphabetLacksIsNamedAndRefused) {
  const CharacterTokenizer tokenizer("cab");
  EXPECT_EQ(tokenizer.encode("abc"), (std::vector<std::int32_t>{1, 2, 0}));
  EXPECT_EQ(tokenizer.unknown_in("abcdx"), 'd');
  EXPECT_EQ(tokenizer.unknown_in("abc"), std::nullopt);
  EXPECT_THROW(tokenizer.encode("abd"), std::invalid_argument);
  EXPECT_THROW(tokenizer.decode({0, 3}), std::out_of_range);
  EXPECT_THROW(CharacterTokenizer("aba"), std::invalid_argument);
}

}  // namespace
}  // namespace steepest::data
