// label_test.cpp: keys and values as readers see them.
#include "results/label.h"

#include <gtest/gtest.h>

namespace steepest::results {
namespace {

TEST(Label, AValueIsExactAndItsLabelIsReadable) {
  EXPECT_EQ(value_text(1.0 / 9), "0.1111111111111111");
  EXPECT_EQ(value_label("model.init.factor_scale", 1.0 / 9), "0.1111");
  EXPECT_EQ(value_label("model.init.factor_scale", -1e-6 / 3), "-3.333e-07");
  for (const double exact : {0.17, 3e-05, 0.0123456, 27.0, -1.25e-06})
    EXPECT_EQ(value_label("optimizer.learning_rate", exact), value_text(exact));
  EXPECT_EQ(value_label("training.steps", 1234567890123), "1234567890123");
  EXPECT_EQ(value_label("model.rank", 0), "dense");
}

}  // namespace
}  // namespace steepest::results
