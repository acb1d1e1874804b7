// products.h: batched products that are added up in float32 where their matrices are of bfloat16, on whatever processor.
#pragma once
#include <ATen/ATen.h>

#include "kernel/bfloat_products.h"
#include "matrix/torch_version.h"

namespace steepest::matrix {

/// Whether a product of bfloat16 is best had through float32's, rounded once: on the CPU, unless the processor multiplies such numbers and LibTorch
/// leaves them to it. Otherwise LibTorch's own took some twenty times as long, and those of 1.13 round after every addition on a CPU without
/// AVX-512, which leads five Newton-Schulz steps off by up to three tenths; versions up to 2.12 are treated alike.
inline bool through_float32(const at::Tensor& A) {
  static const bool kNative = STEEPEST_TORCH_AT_LEAST(2, 13) && kernel::bfloat_products().native;
  return A.scalar_type() == at::kBFloat16 && A.is_cpu() && !kNative;
}

/// beta C + alpha A B, batched.
inline at::Tensor add_product(const at::Tensor& C, const at::Tensor& A, const at::Tensor& B, double beta, double alpha) {
  if (!through_float32(A)) return at::baddbmm(C, A, B, beta, alpha);
  return at::baddbmm(C.to(at::kFloat), A.to(at::kFloat), B.to(at::kFloat), beta, alpha).to(at::kBFloat16);
}

/// A B, batched.
inline at::Tensor matrix_product(const at::Tensor& A, const at::Tensor& B) {
  if (!through_float32(A)) return at::bmm(A, B);
  return at::bmm(A.to(at::kFloat), B.to(at::kFloat)).to(at::kBFloat16);
}

}  // namespace steepest::matrix
