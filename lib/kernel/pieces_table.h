// pieces_table.h: the pieces of one instruction set. Included by one file for each, which names its namespace and the size of its vectors.
#include "kernel/attention.h"
#include "kernel/cross_entropy.h"
#include "kernel/gelu.h"
#include "kernel/inverse_root.h"
#include "kernel/pieces.h"
#include "kernel/preconditioned_polar.h"
#include "kernel/products.h"
#include "kernel/rms_norm.h"
#include "kernel/schatten.h"
#include "kernel/thin.h"
#include "kernel/turn.h"

namespace steepest::kernel::STEEPEST_ISA {

template <class T>
const Pieces<T>& table() {
  static const Pieces<T> kTable{
      kPanel<T>,
      pack<T>,
      [](std::int64_t m, std::int64_t n, std::int64_t k, Strided<T> A, const T* B, std::int64_t length, T* C, std::int64_t ldc, bool add) {
        add ? product<T, true>(m, n, k, A, B, length, C, ldc) : product<T, false>(m, n, k, A, B, length, C, ldc);
      },
      kThinnest,
      [](std::int64_t rank, std::int64_t rows, std::int64_t n, const T* x, const T* B, T* t) {
        with_rank(rank, [&]<int R>() { thin_into<T, R>(rows, n, x, B, t); });
      },
      [](std::int64_t rank, std::int64_t rows, std::int64_t n, const T* t, const T* A, T* y, bool add) {
        with_rank(rank, [&]<int R>() { thin_out<T, R>(rows, n, t, A, y, add); });
      },
      [](std::int64_t rank, std::int64_t rows, std::int64_t n, const T* t, const T* dy, T* dA) {
        with_rank(rank, [&]<int R>() { thin_gradient<T, R>(rows, n, t, dy, dA); });
      },
      rms_norm<T>,
      rms_norm_backward<T>,
      turn<T>,
      turn_backward<T>,
      attention<T>,
      attention_backward<T>,
      attention_scratch<T>,
      gelu<T>,
      [](std::int64_t n, const T* y, T* x) {
        for (std::int64_t i = 0; i < n; ++i) x[i] *= y[i];
      },
      [](std::int64_t n, T weight, const T* f, T* x) {
        for (std::int64_t i = 0; i < n; ++i) x[i] += weight * (f[i] - x[i]);
      },
      cross_entropy<T>,
      polar<T>,
      polar_scratch,
      preconditioned_polar<T>,
      gram_inverse_root<T>,
      gram_inverse_root_scratch,
      schatten_norm<T>,
      schatten_norm_scratch};
  return kTable;
}

template const Pieces<float>& table<float>();
template const Pieces<double>& table<double>();

}  // namespace steepest::kernel::STEEPEST_ISA
