// kernels_test.cpp: what lib/kernel computes of msign and the inverse roots, against LibTorch's operations one product at a time.
#include "matrix/kernels.h"

#include <gtest/gtest.h>

#include <functional>
#include <limits>

#include "matrix/inverse_sqrt.h"
#include "matrix/look.h"
#include "matrix/msign.h"
#include "matrix/random_matrix.h"
#include "matrix/spectral_norm.h"

namespace steepest::matrix {
namespace {

using testing::random_cases;
using testing::random_matrix;
using testing::relative_difference;

const std::vector<MsignMethod> kIterations = {MsignMethod::table, MsignMethod::polar_express, MsignMethod::newton_schulz5};

/// A function of one or two matrices, by the kernels, and by LibTorch's operations in their plain form.
struct Forms {
  std::function<at::Tensor(const at::Tensor&, const at::Tensor&)> fast, plain;
};

Forms msign_forms(MsignMethod method, MsignForm form) {
  return {[=](const at::Tensor& X, const at::Tensor&) { return msign(X, method, form); },
          [=](const at::Tensor& X, const at::Tensor&) { return msign(X, method, MsignForm::plain); }};
}

Forms preconditioned_forms(MsignMethod method) {
  return {
      [=](const at::Tensor& X, const at::Tensor& L) { return preconditioned_msign(X, L, method); },
      [=](const at::Tensor& X, const at::Tensor& L) { return at::bmm(msign(at::bmm(X, L), method, MsignForm::plain), L.transpose(1, 2)); }};
}

Forms root_forms() {
  const auto root = [](const at::Tensor& X, const at::Tensor&) { return gram_inverse_root(X); };
  return {root, root};
}

/// Eight matrices, or more if they are small: of one alone the error of either form is a matter of luck.
std::int64_t enough(std::int64_t m, std::int64_t n) { return std::max<std::int64_t>(8, 512 / (m * n)); }

at::Tensor random_stack(std::int64_t count, std::int64_t m, std::int64_t n, double condition, at::ScalarType type) {
  std::vector<at::Tensor> matrices;
  for (std::int64_t i = 0; i < count; ++i) matrices.push_back(random_matrix(m, n, condition, type));
  return at::stack(matrices);
}

/// In float64 the same to 1e-10; in float32 the error against float64 is at most twice the plain form's own, but for a few roundings.
void expect_as_exact(const Forms& forms, const at::Tensor& X, const at::Tensor& L) {
  const auto wide = [](const at::Tensor& tensor) { return tensor.defined() ? tensor.to(torch::kDouble) : tensor; };
  const auto ours = forms.fast(X, L);
  at::Tensor exact, plain;
  {
    NoKernels none;
    exact = forms.plain(wide(X), wide(L));
    plain = forms.plain(X, L);
  }
  const double error = relative_difference(ours, exact), rounding = testing::epsilon(X.scalar_type());
  if (X.scalar_type() == torch::kDouble) EXPECT_LT(error, 1e-10);
  else EXPECT_LT(error, 2 * relative_difference(plain, exact) + 4 * rounding);
}

TEST(Kernels, PolarFactorsAreAsExactAsThePlainForm) {
  for (const auto method : kIterations) {
    for (const auto form : {MsignForm::automatic, MsignForm::plain, MsignForm::gram}) {
      for (const auto& c : random_cases(30, 41, 1e6, 96)) {
        SCOPED_TRACE(c);
        SCOPED_TRACE(static_cast<int>(method));
        SCOPED_TRACE(static_cast<int>(form));
        expect_as_exact(msign_forms(method, form), random_stack(enough(c.m, c.r), c.m, c.r, c.condition, c.type), {});
      }
    }
  }
}

TEST(Kernels, PreconditionedPolarFactorsAreAsExactAsThePlainForm) {
  for (const auto method : kIterations) {
    for (const auto& c : random_cases(40, 42, 1e4, 48)) {
      SCOPED_TRACE(c);
      const auto Y = random_stack(enough(c.m, c.r), c.n, c.r, std::sqrt(c.condition), c.type);
      for (const auto root : {InverseSqrtMethod::table, InverseSqrtMethod::qr}) {
        expect_as_exact(preconditioned_forms(method), random_stack(enough(c.m, c.r), c.m, c.r, c.condition, c.type),
                        gram_inverse_root(Y, root));
      }
    }
  }
}

TEST(Kernels, InverseRootsAreAsExactAsThePlainForm) {
  for (const auto& c : random_cases(40, 43, 1e4, 96)) {
    SCOPED_TRACE(c);
    expect_as_exact(root_forms(), random_stack(enough(c.m, c.r), c.m, c.r, c.condition, c.type), {});
  }
}

Forms bound_forms() {
  const auto bound = [](const at::Tensor& X, const at::Tensor&) { return spectral_norm_bound(X); };
  return {bound, bound};
}

TEST(Kernels, BoundsOfTheSpectralNormAreAsExactAsThePlainForm) {
  for (const auto& c : random_cases(40, 47, 1e4, 48)) {
    SCOPED_TRACE(c);
    expect_as_exact(bound_forms(), random_stack(enough(c.m, c.n), c.m, c.n, c.condition, c.type), {});
  }
}

/// Every function of this room that the kernels compute.
std::vector<Forms> all_forms() {
  std::vector<Forms> all = {root_forms(), bound_forms(), preconditioned_forms(MsignMethod::table)};
  for (const auto form : {MsignForm::plain, MsignForm::gram}) all.push_back(msign_forms(MsignMethod::table, form));
  return all;
}

// However matrices are stacked, whatever stands beside them and however they lie in memory, each has the bits that it has alone.
TEST(Kernels, BitsDoNotDependOnStacking) {
  for (const auto& c : random_cases(24, 44, 1e3, 48)) {
    SCOPED_TRACE(c);
    const auto X = torch::randn({3, c.m, c.r}, c.type), L = torch::randn({3, c.r, c.r}, c.type);
    for (const auto& forms : all_forms()) {
      const auto stacked = forms.fast(X, L);
      const auto lying = forms.fast(X.transpose(1, 2).contiguous().transpose(1, 2), L.transpose(1, 2).contiguous().transpose(1, 2));
      EXPECT_TRUE(lying.equal(stacked));
      EXPECT_TRUE(forms.fast(X.flip(0), L.flip(0)).flip(0).equal(stacked));
      for (int i = 0; i < 3; ++i) EXPECT_TRUE(forms.fast(X[i], L[i]).equal(stacked[i])) << i;
    }
  }
}

TEST(Kernels, OddMatricesLeaveTheirNeighboursAlone) {
  torch::manual_seed(45);
  const auto X = torch::randn({4, 30, 7}), L = torch::randn({4, 7, 7});
  for (const auto& forms : all_forms()) {
    const auto clean = forms.fast(X, L);
    auto odd = X.clone();
    odd[1][2][3] = std::numeric_limits<float>::quiet_NaN();
    odd[2] *= 0;
    odd[3][0][0] = -std::numeric_limits<float>::infinity();
    const auto found = forms.fast(odd, L);
    EXPECT_TRUE(found[0].equal(clean[0]));
    EXPECT_TRUE(found[2].equal(torch::zeros_like(clean[2])));
    EXPECT_TRUE(found[1].isnan().all().item<bool>() && found[3].isnan().all().item<bool>());
  }
  for (const double bad : {std::numeric_limits<double>::infinity(), 0.0}) {
    auto odd = L.clone();
    odd[1] *= bad;
    const auto found = preconditioned_msign(X, odd);
    EXPECT_TRUE(found[0].equal(preconditioned_msign(X, L)[0]));
    EXPECT_TRUE(bad == 0 ? found[1].equal(torch::zeros({30, 7})) : found[1].isnan().all().item<bool>());
  }
}

// Of any size: powers of two change no bit, and nothing overflows or vanishes on the way.
TEST(Kernels, PreconditionedPolarFactorsOfAnySize) {
  torch::manual_seed(46);
  const auto X = torch::randn({30, 7}), L = torch::randn({7, 7}), plain = preconditioned_msign(X, L);
  for (const double size : {0x1p-100, 0x1p-20, 0x1p100}) {
    EXPECT_TRUE(preconditioned_msign(X * size, L).equal(plain));
    EXPECT_TRUE(preconditioned_msign(X, L * size).equal(plain * size));
  }
}

TEST(Kernels, AreLeftWhereOperationsAreRecordedOrDifferentiated) {
  const auto X = torch::randn({8, 3});
  EXPECT_TRUE(in_kernels(X));
  EXPECT_FALSE(in_kernels(X.to(torch::kBFloat16)));
  EXPECT_FALSE(in_kernels(X.clone().requires_grad_()));
  {
    at::NoGradGuard no_grad;
    EXPECT_TRUE(in_kernels(X.clone().requires_grad_()));
  }
  NoLook recorded(true);
  EXPECT_FALSE(in_kernels(X));
}

}  // namespace
}  // namespace steepest::matrix
