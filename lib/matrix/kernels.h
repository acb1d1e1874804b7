// kernels.h: what lib/kernel computes of this room's functions: on the CPU, matrix after matrix, where LibTorch's batched calls cost more than
// their work and know nothing of symmetry.
#pragma once
#include <ATen/ATen.h>

#include "polynomials.h"

namespace steepest::matrix {

/// While one lives, this thread's matrices take LibTorch's batched operations on the CPU too, as they do on every other device.
class NoKernels {
 public:
  NoKernels() { ++count(); }
  ~NoKernels() { --count(); }
  NoKernels(const NoKernels&) = delete;
  NoKernels& operator=(const NoKernels&) = delete;

  static int& count() {
    static thread_local int value = 0;
    return value;
  }
};

/// Whether the kernels take X: float32 or float64 on the CPU, with nobody who records operations (look.h) or differentiates through them.
bool in_kernels(const at::Tensor& X);

/// msign.h's iteration of each matrix over its norm, by Gram matrices or not. X: [k, m, n], not empty; same shape back. Zero and non-finite as
/// there.
at::Tensor kernel_polar(const at::Tensor& X, const Quintic* steps, int count, bool by_gram);

/// What kernel_polar makes of M L, times L^T. M: [k, m, n], m >= n, not empty; L: [k, n, n].
at::Tensor kernel_preconditioned_polar(const at::Tensor& M, const at::Tensor& L, const Quintic* steps, int count, bool by_gram);

/// inverse_sqrt.h's gram_inverse_root by its table. Y: [k, n, r], not empty; back: [k, r, r].
at::Tensor kernel_gram_inverse_root(const at::Tensor& Y);

/// spectral_norm.h's bound. M: [k, m, n], not empty; back: [k].
at::Tensor kernel_spectral_norm_bound(const at::Tensor& M);

}  // namespace steepest::matrix
