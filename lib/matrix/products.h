// products.h: batched products that are added up in float32 where their matrices are of bfloat16, on whatever processor.
#pragma once
#include <ATen/ATen.h>

#include "kernel/bfloat_products.h"
#include "matrix/torch_version.h"

namespace steepest::matrix {

/// Whether a product of bfloat16 is had through float32's: on the CPU, unless LibTorch adds up as it should and the processor multiplies such
/// numbers. Where it does not, LibTorch's own products took some twenty times as long.
inline bool through_float32(const at::Tensor& A) {
  static const bool kNative = kAddsBfloat16InFloat32 && kernel::bfloat_products().native;
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
