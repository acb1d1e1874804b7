// kernels.cpp: stacks of matrices, handed to lib/kernel one after another.
#include "matrix/kernels.h"

#include <ATen/Parallel.h>

#include "kernel/pieces.h"
#include "matrix/look.h"
#include "matrix/msign_cost.h"

namespace steepest::matrix {
namespace {

/// body(kernels of X's type, its numbers as `T`), for T float or double.
template <class Body>
void with_type(const at::Tensor& X, const Body& body) {
  static const auto& kNarrow = kernel::pieces<float>();
  static const auto& kWide = kernel::pieces<double>();
  if (X.scalar_type() == at::kFloat) body(kNarrow, float{});
  else body(kWide, double{});
}

template <class T>
kernel::Strided<T> matrix_of(const at::Tensor& stack, std::int64_t i) {
  return {stack.data_ptr<T>() + i * stack.stride(0), stack.stride(1), stack.stride(2)};
}

/// body(i, part i of `to`, scratch) for each of the stack.
template <class T, class Body>
void for_each_matrix(at::Tensor& to, std::int64_t scratch_bytes, const Body& body) {
  at::parallel_for(0, to.size(0), 1, [&](std::int64_t begin, std::int64_t end) {
    auto scratch = at::empty({scratch_bytes}, at::kByte);  // LibTorch's allocations begin at cache lines
    for (std::int64_t i = begin; i < end; ++i) body(i, to.data_ptr<T>() + i * to.stride(0), scratch.data_ptr());
  });
}

}  // namespace

bool in_kernels(const at::Tensor& X) {
  const bool wide = X.scalar_type() == at::kFloat || X.scalar_type() == at::kDouble;
  return wide && may_look(X) && NoKernels::count() == 0 && !(at::GradMode::is_enabled() && X.requires_grad());
}

at::Tensor kernel_polar(const at::Tensor& X, const Quintic* steps, int count, bool by_gram) {
  auto to = at::empty(X.sizes(), X.options());
  with_type(X, [&]<class T>(const kernel::Pieces<T>& pieces, T) {
    const auto m = X.size(1), n = X.size(2);
    for_each_matrix<T>(to, pieces.polar_scratch(m, n), [&](std::int64_t i, T* result, void* scratch) {
      pieces.polar(m, n, matrix_of<T>(X, i), steps, count, kGramRestart, by_gram, result, scratch);
    });
  });
  return to;
}

at::Tensor kernel_gram_inverse_root(const at::Tensor& Y) {
  static const auto kSteps = [] {
    auto steps = kInverseSqrtTable;
    for (auto& step : steps) step = safe(step, kInverseSqrtSafety);
    return steps;
  }();
  const auto n = Y.size(1), r = Y.size(2);
  auto to = at::empty({Y.size(0), r, r}, Y.options());
  with_type(Y, [&]<class T>(const kernel::Pieces<T>& pieces, T) {
    for_each_matrix<T>(to, pieces.gram_inverse_root_scratch(n, r), [&](std::int64_t i, T* result, void* scratch) {
      const int count = static_cast<int>(kSteps.size());
      pieces.gram_inverse_root(n, r, matrix_of<T>(Y, i), kSteps.data(), count, kInverseSqrtDamping, result, scratch);
    });
  });
  return to;
}

at::Tensor kernel_preconditioned_polar(const at::Tensor& M, const at::Tensor& L, const Quintic* steps, int count, bool by_gram) {
  const auto m = M.size(1), n = M.size(2);
  auto to = at::empty(M.sizes(), M.options());
  with_type(M, [&]<class T>(const kernel::Pieces<T>& pieces, T) {
    for_each_matrix<T>(to, pieces.polar_scratch(m, n), [&](std::int64_t i, T* result, void* scratch) {
      pieces.preconditioned_polar(m, n, matrix_of<T>(M, i), matrix_of<T>(L, i), steps, count, kGramRestart, by_gram, result, scratch);
    });
  });
  return to;
}

at::Tensor kernel_spectral_norm_bound(const at::Tensor& M) {
  const auto m = M.size(1), n = M.size(2);
  auto to = at::empty({M.size(0)}, M.options());
  with_type(M, [&]<class T>(const kernel::Pieces<T>& pieces, T) {
    for_each_matrix<T>(to, pieces.schatten_norm_scratch(m, n), [&](std::int64_t i, T* result, void* scratch) {
      *result = pieces.schatten_norm(m, n, matrix_of<T>(M, i), kSchattenSquarings, scratch);
    });
  });
  return to;
}

}  // namespace steepest::matrix
