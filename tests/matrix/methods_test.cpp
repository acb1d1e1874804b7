// methods_test.cpp: what configurations, stored runs and saved states call the methods and norms.
#include "matrix/methods.h"

#include <gtest/gtest.h>

#include "options/field.h"

namespace steepest::matrix {
namespace {

TEST(Methods, AreSpelledAsTheyAlwaysWere) {
  EXPECT_EQ(options::choice_named<MsignMethod>("svd"), MsignMethod::svd);
  EXPECT_EQ(options::choice_named<MsignMethod>("table"), MsignMethod::table);
  EXPECT_EQ(options::choice_named<MsignMethod>("polar_express"), MsignMethod::polar_express);
  EXPECT_EQ(options::choice_named<MsignMethod>("newton_schulz5"), MsignMethod::newton_schulz5);
  EXPECT_EQ(options::choice_named<MsignMethod>("newton_schulz5_bfloat16"), MsignMethod::newton_schulz5_bfloat16);
  EXPECT_EQ(options::choice_named<InverseSqrtMethod>("table"), InverseSqrtMethod::table);
  EXPECT_EQ(options::choice_named<InverseSqrtMethod>("eigh"), InverseSqrtMethod::eigh);
  EXPECT_EQ(options::choice_named<InverseSqrtMethod>("qr"), InverseSqrtMethod::qr);
  EXPECT_EQ(options::choice_named<NormKind>("spectral"), NormKind::spectral);
  EXPECT_EQ(options::choice_named<NormKind>("frobenius"), NormKind::frobenius);
  EXPECT_EQ(options::choice_named<NormKind>("schatten"), NormKind::schatten);
  EXPECT_EQ(options::choice_named<NormKind>("nuclear"), NormKind::nuclear);
  EXPECT_EQ(options::choice_named<MsignMethod>("tabel"), std::nullopt);
}

}  // namespace
}  // namespace steepest::matrix
