// error_test.cpp: how an InputError reads, and nearest_name.
#include "options/error.h"

#include <gtest/gtest.h>

#include <random>

namespace steepest::options {
namespace {

TEST(InputError, NamesPlaceKeyProblemValidAndNearest) {
  const InputError error({"optimizer.learning_rate", "found \"fast\"", "a number > 0", "slow", "a.yaml", 7, 3});
  EXPECT_STREQ(error.what(), "a.yaml:7:3: optimizer.learning_rate: found \"fast\"; valid: a number > 0; did you mean \"slow\"?");
}

TEST(InputError, LeavesOutWhatIsNotKnown) {
  EXPECT_STREQ(InputError({"", "broken", "", "", "", 0}).what(), "broken");
  EXPECT_STREQ(InputError({"k", "broken", "", "", "f", 0}).what(), "f: k: broken");
  EXPECT_STREQ(InputError({"k", "broken", "", "", "f", 2}).what(), "f:2: k: broken");
  EXPECT_STREQ(InputError("one message").what(), "one message");
}

TEST(InputError, AtFillsInTheOriginOnce) {
  const InputError error({"k", "broken", "", "", "", 0});
  EXPECT_STREQ(error.at("f.yaml", 3, 5).what(), "f.yaml:3:5: k: broken");
  EXPECT_STREQ(error.at("f.yaml", 3, 5).at("g.yaml", 4, 6).what(), "f.yaml:3:5: k: broken");
  EXPECT_EQ(error.at("f.yaml", 3, 5).parts().line, 3);
  EXPECT_EQ(error.at("f.yaml", 3, 5).parts().column, 5);
}

TEST(InputError, BelowASectionItsKeyIsOfThatSectionOrTheSectionItself) {
  EXPECT_EQ(InputError({"file", "found it", ""}).below("base.weights").parts().key, "base.weights.file");
  EXPECT_EQ(InputError("found it").below("base.weights").parts().key, "base.weights");
}

TEST(NearestName, FindsAMisspelling) {
  const std::vector<std::string> names = {"learning_rate", "momentum", "weight_decay"};
  EXPECT_EQ(nearest_name("learnig_rate", names), "learning_rate");
  EXPECT_EQ(nearest_name("momentmu", names), "momentum");
  EXPECT_EQ(nearest_name("weight_decay", names), "weight_decay");
}

TEST(NearestName, IsSilentWhenNothingIsNear) {
  EXPECT_EQ(nearest_name("batch", {"learning_rate", "momentum"}), "");
  EXPECT_EQ(nearest_name("ab", {"xy"}), "");
  EXPECT_EQ(nearest_name("", {"a", ""}), "");
  EXPECT_EQ(nearest_name("a", {}), "");
}

TEST(NearestName, OneEditIsAlwaysFoundAndASwapCountsOnce) {
  std::mt19937 random(1);
  const std::vector<std::string> names = {"residual_weight", "attention_scale", "low_rank_layers"};
  for (int trial = 0; trial < 300; ++trial) {
    const std::string& name = names[random() % names.size()];
    std::string wrong = name;
    const std::size_t at = random() % (name.size() - 1);
    switch (random() % 4) {
      case 0: wrong.erase(at, 1); break;
      case 1: wrong.insert(at, 1, 'q'); break;
      case 2: wrong[at] = 'q'; break;
      default: std::swap(wrong[at], wrong[at + 1]);
    }
    EXPECT_EQ(nearest_name(wrong, names), name) << wrong;
  }
  // Two swaps are two edits, the most that a short name may be off; as plain replacements they would be four.
  EXPECT_EQ(nearest_name("ehda", {"head"}), "head");
}

}  // namespace
}  // namespace steepest::options
