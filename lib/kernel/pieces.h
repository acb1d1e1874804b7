// pieces.h: the fused pieces of a network's forward and backward pass on the CPU, on the rows of one sequence at a time, which the second cache
// holds. They come in the instruction sets that are compiled in; `pieces` gives those of this processor. The simple layers of lib/model are their
// oracle.
//
// Rows are tokens, `ld` numbers apart. A gradient is called after what it is the gradient of, with a `d` before it.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "kernel/quintic.h"

namespace steepest::kernel {

/// A matrix by its first number and the steps to the next row and column.
template <class T>
struct Strided {
  const T* first;
  std::int64_t row, column;
};

/// `count` heads of `size` numbers each, side by side in every row of a sequence.
struct Heads {
  std::int64_t length, count, size, ld;
};

template <class T>
struct Pieces {
  std::int64_t panel;  ///< columns that `product` works on together

  /// B [k, n] in the order in which `product` reads it: k * (n rounded up to `panel`) numbers; columns beyond n are zero.
  void (*pack)(std::int64_t k, std::int64_t n, Strided<T> B, T* to);
  /// C [m, n] = A B, or with `add` C += A B. A: [m, k]; B: packed, its panels `length` >= k rows long.
  void (*product)(std::int64_t m, std::int64_t n, std::int64_t k, Strided<T> A, const T* B, std::int64_t length, T* C, std::int64_t ldc,
                  bool add);

  /// For factors of at most `thinnest` columns, whose panels would be mostly zeros. B, A: [rank, n], so the transposes of the factors.
  std::int64_t thinnest;
  /// t [rows, rank] = x B^T of x [rows, n].
  void (*thin_into)(std::int64_t rank, std::int64_t rows, std::int64_t n, const T* x, const T* B, T* t);
  /// y [rows, n] = t A, or with `add` y += t A.
  void (*thin_out)(std::int64_t rank, std::int64_t rows, std::int64_t n, const T* t, const T* A, T* y, bool add);
  /// dA [rank, n] += t^T dy.
  void (*thin_gradient)(std::int64_t rank, std::int64_t rows, std::int64_t n, const T* t, const T* dy, T* dA);

  /// The greatest rank of the next two.
  std::int64_t thinnest_joined;
  /// Between two thin products: hidden [rows, n] = gelu(t A), slope = its derivative, s [rows, rank] = hidden B^T. A, B: [rank, n].
  void (*thin_gelu)(std::int64_t rank, std::int64_t rows, std::int64_t n, const T* t, const T* A, const T* B, T* slope, T* hidden, T* s);
  /// From ds to dt, which it puts, and dA and dB, to which it adds.
  void (*thin_gelu_backward)(std::int64_t rank, std::int64_t rows, std::int64_t n, const T* t, const T* A, const T* B, const T* slope,
                             const T* hidden, const T* ds, T* dt, T* dA, T* dB);

  /// y = x * inverse, inverse = 1/sqrt(mean(x^2) + 1e-6) of each row of n numbers.
  void (*rms_norm)(std::int64_t rows, std::int64_t n, const T* x, T* y, T* inverse);
  /// dx += (dy - y mean(dy y)) inverse.
  void (*rms_norm_backward)(std::int64_t rows, std::int64_t n, const T* y, const T* inverse, const T* dy, T* dx);

  /// y = (x - mean(x)) * inverse, inverse = 1/sqrt(var(x) + 1e-6), of each row; and dx += (dy - mean(dy) - y mean(dy y)) inverse.
  void (*layer_norm)(std::int64_t rows, std::int64_t n, const T* x, T* y, T* inverse);
  void (*layer_norm_backward)(std::int64_t rows, std::int64_t n, const T* y, const T* inverse, const T* dy, T* dx);

  /// In place: each head's row is divided by its root mean square (`inverse` [length, count]), unless `inverse` is null, and then its pairs of
  /// neighbours are turned by the angles of its position, unless `turns` [length, size] (cosine, sine of each pair) is null.
  void (*turn)(const Heads& heads, const T* turns, T* x, T* inverse);
  /// In place, from the gradient of what `turn` gave, y, to that of what it was given.
  void (*turn_backward)(const Heads& heads, const T* turns, const T* y, const T* inverse, T* dy);

  /// o = softmax(scale q k^T) v of each head, every token looking at itself and those before it. `kept`: attention_kept(heads, rank) numbers for
  /// the way back; `scratch`: attention_scratch(heads) numbers.
  void (*attention)(const Heads& heads, T scale, const T* q, const T* k, const T* v, T* o, T* kept, T* scratch);
  void (*attention_backward)(const Heads& heads, T scale, const T* q, const T* k, const T* v, const T* o, T* kept, const T* d_o, T* dq,
                             T* dk, T* dv, T* scratch);
  /// The same with values v = t A of a rank up to `thinnest`: t [length, rank], A [rank, ld]; in fewer operations if the rank is below the heads' size.
  /// On the way back dt is put, and dA added to.
  void (*thin_attention)(std::int64_t rank, const Heads& heads, T scale, const T* q, const T* k, const T* t, const T* A, T* o, T* kept,
                         T* scratch);
  void (*thin_attention_backward)(std::int64_t rank, const Heads& heads, T scale, const T* q, const T* k, const T* t, const T* A, T* kept,
                                  const T* d_o, T* dq, T* dk, T* dt, T* dA, T* scratch);
  /// `rank`: of thin values, 0 of others.
  std::int64_t (*attention_kept)(const Heads& heads, std::int64_t rank);
  std::int64_t (*attention_scratch)(const Heads& heads);

  /// y = x Phi(x); x becomes the derivative Phi(x) + x phi(x).
  void (*gelu)(std::int64_t n, T* x, T* y);
  /// y = max(x, 0)^2; x becomes the derivative 2 max(x, 0).
  void (*relu2)(std::int64_t n, T* x, T* y);
  /// y = x / (1 + e^-x); x becomes the derivative.
  void (*silu)(std::int64_t n, T* x, T* y);
  /// x *= y.
  void (*multiply)(std::int64_t n, const T* y, T* x);
  /// x = (1 - weight) x + weight f, as at::lerp computes it.
  void (*mix)(std::int64_t n, T weight, const T* f, T* x);
  /// x += weight f.
  void (*add)(std::int64_t n, T weight, const T* f, T* x);
  /// part = weight x, and then x -= taken x.
  void (*part)(std::int64_t n, T weight, T taken, T* x, T* part);

  /// The sum of -log softmax(logits)[target] over rows; logits become the gradient of `factor` times this sum. Rows: ld apart, n of them valid.
  double (*cross_entropy)(std::int64_t rows, std::int64_t n, const std::int32_t* targets, T factor, T* logits, std::int64_t ld);

  /// The polar iteration of M [m, n], over its norm, into `to` [m, n]: `count` steps in the plain form, or by Gram matrices of the short side in
  /// float64, which those of a float64 matrix are made anew after `restart` steps (0: never). The same to the bit for M and 2^k M. Zero: zero; NaN or
  /// infinite entry: NaN. `scratch`: polar_scratch(m, n) bytes at the beginning of a cache line.
  void (*polar)(std::int64_t m, std::int64_t n, Strided<T> M, const Quintic* steps, int count, int restart, bool by_gram, T* to,
                void* scratch);
  std::int64_t (*polar_scratch)(std::int64_t m, std::int64_t n);
  /// What `polar` makes of M L, times L^T. Of float32 by Gram matrices M L itself is not rounded. M: [m, n], m >= n; L: [n, n].
  void (*preconditioned_polar)(std::int64_t m, std::int64_t n, Strided<T> M, Strided<T> L, const Quintic* steps, int count, int restart,
                               bool by_gram, T* to, void* scratch);
  /// (P + damping |P|_F I)^(-1/2) of P = Y^T Y into `to` [r, r], by `count` steps in float64. Y: [n, r]. Otherwise as `polar`.
  void (*gram_inverse_root)(std::int64_t n, std::int64_t r, Strided<T> Y, const Quintic* steps, int count, double damping, T* to,
                            void* scratch);
  std::int64_t (*gram_inverse_root_scratch)(std::int64_t n, std::int64_t r);
  /// The Schatten norm of M [m, n] with exponent 2^(squarings + 2), in float64. Otherwise as `polar`.
  T (*schatten_norm)(std::int64_t m, std::int64_t n, Strided<T> M, int squarings, void* scratch);
  std::int64_t (*schatten_norm_scratch)(std::int64_t m, std::int64_t n);
};

/// The instruction sets that this processor has of those that are compiled in, the best first.
std::vector<std::string> instruction_sets();

/// The pieces in one of them; by default in the best.
template <class T>
const Pieces<T>& pieces(const std::string& instruction_set = instruction_sets().front());

}  // namespace steepest::kernel
