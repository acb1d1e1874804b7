// spectral_test.cpp: polar factors, inverse roots and bounds of norms in every instruction set, against LibTorch's operations in float64.
#include <gtest/gtest.h>
#include <torch/torch.h>

#include "kernel/pieces.h"
#include "matrix/inverse_sqrt.h"
#include "matrix/kernels.h"
#include "matrix/msign.h"
#include "matrix/random_matrix.h"
#include "matrix/spectral_norm.h"

namespace steepest::kernel {
namespace {

using steepest::testing::random_cases;
using steepest::testing::random_matrix;
using steepest::testing::relative_difference;

template <class T>
struct SpectralPieces : ::testing::Test {
  static constexpr bool kNarrow = std::is_same_v<T, float>;
  const at::ScalarType type = kNarrow ? at::kFloat : at::kDouble;
  const double tolerance = kNarrow ? 3e-7 : 1e-10;

  static Strided<T> strided(const at::Tensor& X) { return {X.data_ptr<T>(), X.stride(0), X.stride(1)}; }
  /// Numbers that are not there by chance stand around what is written.
  static at::Tensor filled(at::IntArrayRef shape, const at::Tensor& like) { return at::full(shape, 7.0, like.options()); }
};

using Precisions = ::testing::Types<float, double>;
TYPED_TEST_SUITE(SpectralPieces, Precisions);

TYPED_TEST(SpectralPieces, AreThoseOfThePlainIterations) {
  using T = TypeParam;
  const auto& steps = matrix::kMsignTable;
  auto roots = matrix::kInverseSqrtTable;
  for (auto& step : roots) step = matrix::safe(step, matrix::kInverseSqrtSafety);
  for (const auto& name : instruction_sets()) {
    SCOPED_TRACE(name);
    const auto& piece = pieces<T>(name);
    for (const auto& c : random_cases(40, 61, 30, 40)) {
      SCOPED_TRACE(c);
      const auto M = random_matrix(c.m, c.r, c.condition, this->type), L = random_matrix(c.r, c.r, c.condition, this->type);
      const auto wide = M.to(at::kDouble), wide_L = L.to(at::kDouble);
      matrix::NoKernels none;
      const auto polar_of = [](const at::Tensor& X) { return matrix::msign(X, matrix::MsignMethod::table, matrix::MsignForm::plain); };
      auto scratch = at::empty(
          {std::max({piece.polar_scratch(c.m, c.r), piece.gram_inverse_root_scratch(c.m, c.r), piece.schatten_norm_scratch(c.m, c.r)})},
          at::kByte);
      for (const bool by_gram : {false, true}) {
        for (const bool turned : {false, true}) {
          auto to = this->filled({c.m, c.r}, M);
          const auto lying = turned ? M.t().contiguous().t() : M;
          piece.polar(c.m, c.r, this->strided(lying), steps.data(), static_cast<int>(steps.size()), 3, by_gram, to.template data_ptr<T>(),
                      scratch.data_ptr());
          EXPECT_LT(relative_difference(to, polar_of(wide)), 20 * this->tolerance);
        }
      }
      for (const bool by_gram : {false, true}) {
        auto to = this->filled({c.m, c.r}, M);
        piece.preconditioned_polar(c.m, c.r, this->strided(M), this->strided(L), steps.data(), static_cast<int>(steps.size()), 3, by_gram,
                                   to.template data_ptr<T>(), scratch.data_ptr());
        EXPECT_LT(relative_difference(to, polar_of(wide.mm(wide_L)).mm(wide_L.t())), by_gram ? this->tolerance : 100 * this->tolerance);
      }
      auto root = this->filled({c.r, c.r}, M);
      piece.gram_inverse_root(c.m, c.r, this->strided(M), roots.data(), static_cast<int>(roots.size()), matrix::kInverseSqrtDamping,
                              root.template data_ptr<T>(), scratch.data_ptr());
      EXPECT_LT(relative_difference(root, matrix::gram_inverse_root(wide)), this->tolerance);
      const double bound = static_cast<double>(piece.schatten_norm(c.m, c.r, this->strided(M), 3, scratch.data_ptr()));
      EXPECT_NEAR(bound, matrix::spectral_norm_bound(wide).template item<double>(), this->tolerance);
    }
  }
}

}  // namespace
}  // namespace steepest::kernel
