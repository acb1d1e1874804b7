// pieces_table.h: the pieces of one instruction set. Included by one file for each, which names its namespace and the size of its vectors.
#include "kernel/attention.h"
#include "kernel/bfloat16.h"
#include "kernel/cross_entropy.h"
#include "kernel/gelu.h"
#include "kernel/layer_norm.h"
#include "kernel/inverse_root.h"
#include "kernel/pieces.h"
#include "kernel/preconditioned_polar.h"
#include "kernel/products.h"
#include "kernel/relu2.h"
#include "kernel/rms_norm.h"
#include "kernel/silu.h"
#include "kernel/schatten.h"
#include "kernel/thin.h"
#include "kernel/thin_attention.h"
#include "kernel/thin_gelu.h"
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
        with_rank<kThinnest>(rank, [&]<int R>() { thin_into<T, R>(rows, n, x, B, t); });
      },
      [](std::int64_t rank, std::int64_t rows, std::int64_t n, const T* t, const T* A, T* y, bool add) {
        with_rank<kThinnest>(rank,
                             [&]<int R>() { add ? thin_out<T, R, true>(rows, n, t, A, y) : thin_out<T, R, false>(rows, n, t, A, y); });
      },
      [](std::int64_t rank, std::int64_t rows, std::int64_t n, const T* t, const T* dy, T* dA) {
        with_rank<kThinnest>(rank, [&]<int R>() { thin_gradient<T, R>(rows, n, t, dy, dA); });
      },
      kWhole,
      [](std::int64_t rank, std::int64_t rows, std::int64_t n, const T* t, const T* A, const T* B, T* slope, T* hidden, T* s) {
        with_rank<kWhole>(rank, [&]<int R>() { thin_gelu<T, R>(rows, n, t, A, B, slope, hidden, s); });
      },
      [](std::int64_t rank, std::int64_t rows, std::int64_t n, const T* t, const T* A, const T* B, const T* slope, const T* hidden,
         const T* ds, T* dt, T* dA,
         T* dB) { with_rank<kWhole>(rank, [&]<int R>() { thin_gelu_backward<T, R>(rows, n, t, A, B, slope, hidden, ds, dt, dA, dB); }); },
      rms_norm<T>,
      rms_norm_backward<T>,
      layer_norm<T>,
      layer_norm_backward<T>,
      [](const Heads& heads, const T* turns, T* x, T* inverse) {
        turns ? turn<T, true>(heads, turns, x, inverse) : turn<T, false>(heads, turns, x, inverse);
      },
      [](const Heads& heads, const T* turns, const T* y, const T* inverse, T* dy) {
        turns ? turn_backward<T, true>(heads, turns, y, inverse, dy) : turn_backward<T, false>(heads, turns, y, inverse, dy);
      },
      attention<T>,
      attention_backward<T>,
      [](std::int64_t rank, const Heads& heads, T scale, const T* q, const T* k, const T* t, const T* A, T* o, T* kept, T* scratch) {
        with_rank<kThinnest>(rank, [&]<int R>() { thin_attention<T, R>(heads, scale, q, k, t, A, o, kept, scratch); });
      },
      [](std::int64_t rank, const Heads& heads, T scale, const T* q, const T* k, const T* t, const T* A, T* kept, const T* d_o, T* dq,
         T* dk, T* dt, T* dA, T* scratch) {
        with_rank<kThinnest>(rank,
                             [&]<int R>() { thin_attention_backward<T, R>(heads, scale, q, k, t, A, kept, d_o, dq, dk, dt, dA, scratch); });
      },
      [](const Heads& heads, std::int64_t rank) { return heads.count * (Kept<T>::size(heads) + heads.length * rank); },
      [](const Heads& heads) { return ThinScratch<T, kThinnest>::size(heads); },
      gelu<T>,
      relu2<T>,
      silu<T>,
      [](std::int64_t n, const T* y, T* x) {
        for (std::int64_t i = 0; i < n; ++i) x[i] *= y[i];
      },
      [](std::int64_t n, T weight, const T* f, T* x) {
        for (std::int64_t i = 0; i < n; ++i) x[i] += weight * (f[i] - x[i]);
      },
      [](std::int64_t n, T weight, const T* f, T* x) {
        for (std::int64_t i = 0; i < n; ++i) x[i] += weight * f[i];
      },
      [](std::int64_t n, T weight, T taken, T* x, T* part) {
        for (std::int64_t i = 0; i < n; ++i) {
          part[i] = weight * x[i];
          x[i] -= taken * x[i];
        }
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
const BfloatProducts& bfloats() { return bfloat_table(); }

}  // namespace steepest::kernel::STEEPEST_ISA
