// sha256_test.cpp: the published test vectors (FIPS 180-4), whole and in pieces.
#include "digest/sha256.h"

#include <gtest/gtest.h>

namespace steepest::digest {
namespace {

TEST(Sha256, PublishedVectors) {
  EXPECT_EQ(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256(std::string(1000000, 'a')), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, PiecesAreTheWhole) {
  const std::string text(1000, 'x');
  for (const std::size_t cut : {0u, 1u, 63u, 64u, 999u, 1000u}) {
    Sha256 digest;
    digest.add(text.data(), cut);
    digest.add(text.data() + cut, text.size() - cut);
    EXPECT_EQ(digest.hexadecimal(), sha256(text)) << cut;
  }
}

}  // namespace
}  // namespace steepest::digest
