// scaled.h: a matrix read into padded rows, at a size that its squares and products bear.
#pragma once
#include <cmath>
#include <cstddef>
#include <limits>
#include <type_traits>

#include "kernel/rms_norm.h"
#include "kernel/symmetric.h"

namespace steepest::kernel::STEEPEST_ISA {

/// Takes pieces of one allocation, each at the beginning of a cache line.
struct Room {
  std::byte* next;
  explicit Room(void* first) : next(static_cast<std::byte*>(first)) {}

  static std::int64_t size(std::int64_t bytes) { return rounded_up(bytes, 64); }
  template <class T>
  T* take(std::int64_t count) {
    T* taken = reinterpret_cast<T*>(next);
    next += size(count * static_cast<std::int64_t>(sizeof(T)));
    return taken;
  }
};

enum class Kind { ordinary, zero, odd };  ///< odd: with NaN or infinity

/// What `read_scaled` found: M = matrix * 2^exponent.
struct Scale {
  Kind kind;
  int exponent;
};

template <class W>
void multiply_by(W factor, std::int64_t count, W* numbers) {
  for (std::int64_t i = 0; i < count; ++i) numbers[i] *= factor;
}

/// Ordinary, zero or odd, and the largest absolute value of numbers in whole vectors.
template <class W>
Kind kind_of(std::int64_t count, const W* numbers, W& largest_of_all) {
  constexpr std::int64_t L = kLanes<W>;
  Vector<W> most{}, odd{};
  for (std::int64_t i = 0; i < count; i += L) {
    const Vector<W> value = load(numbers + i), size = value < 0 ? -value : value;
    odd += value * W(0);
    most = size > most ? size : most;
  }
  largest_of_all = largest<W>(most);
  if (!(sum<W>(odd) == 0)) return Kind::odd;
  return largest_of_all == 0 ? Kind::zero : Kind::ordinary;
}

/// A matrix into another type or order. Where either lies by columns, some rows at a time, so that the cache lines of both are used up.
template <class From, class To>
void copy(std::int64_t rows, std::int64_t columns, Strided<From> from, To* to, std::int64_t row, std::int64_t column) {
  const bool by_rows = from.column == 1 && column == 1;
  const std::int64_t share = by_rows ? 1 : 16;
  for (std::int64_t first = 0; first < rows; first += share) {
    const std::int64_t end = std::min(rows, first + share);
    for (std::int64_t j = 0; j < columns && !by_rows; ++j) {
      for (std::int64_t i = first; i < end; ++i) to[i * row + j * column] = static_cast<To>(from.first[i * from.row + j * from.column]);
    }
    for (std::int64_t j = 0; j < columns && by_rows; ++j) to[first * row + j] = static_cast<To>(from.first[first * from.row + j]);
  }
}

/// M [rows, columns] into padded rows, times the power of two that brings its largest entry to [1/2, 1).
template <class W, class T>
Scale read_scaled(std::int64_t rows, std::int64_t columns, Strided<T> M, W* to, std::int64_t ld) {
  copy<T, W>(rows, columns, M, to, ld, 1);
  for (std::int64_t i = 0; i < rows; ++i) {
    for (std::int64_t j = columns; j < ld; ++j) to[i * ld + j] = 0;
  }
  W most = 0;
  const Kind kind = kind_of(rows * ld, to, most);
  if (kind != Kind::ordinary) return {kind, 0};
  constexpr int kLargest = std::numeric_limits<W>::max_exponent - 2;  // such a power of two has an inverse in this type
  int exponent = 0;
  std::frexp(most, &exponent);
  exponent = std::clamp(exponent, -kLargest, kLargest);
  multiply_by(std::ldexp(W(1), -exponent), rows * ld, to);
  return {Kind::ordinary, exponent};
}

/// The Frobenius norm.
template <class W>
W norm(std::int64_t rows, std::int64_t columns, const W* M, std::int64_t ld) {
  double total = 0;
  for (std::int64_t i = 0; i < rows; ++i) total += static_cast<double>(dot(columns, M + i * ld, M + i * ld));
  return static_cast<W>(std::sqrt(total));
}

/// What stands for a matrix that is zero or odd: zero or NaN throughout.
template <class T>
void fill_for(Kind kind, std::int64_t count, T* to) {
  const T filling = kind == Kind::zero ? T(0) : std::numeric_limits<T>::quiet_NaN();
  for (std::int64_t i = 0; i < count; ++i) to[i] = filling;
}

/// aI + bR + cR^2 of symmetric R [n, n].
template <class W>
void quadratic(std::int64_t n, const Quintic& step, const W* R, W* to, std::int64_t ld) {
  symmetric_product<W, true>(n, R, R, to, ld, static_cast<W>(step.c), static_cast<W>(step.b), R);
  for (std::int64_t i = 0; i < n; ++i) to[i * ld + i] += static_cast<W>(step.a);
}

}  // namespace steepest::kernel::STEEPEST_ISA
