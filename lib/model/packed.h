// packed.h: the right-hand matrix of products on the CPU, laid out as they read it.
#pragma once
#include <type_traits>
#include <vector>

#include "kernel/bfloat_products.h"

namespace steepest::model {

template <class T>
class Packed {
 public:
  /// `bfloat16`: products are of numbers rounded to it, with sums in float32; only of floats.
  explicit Packed(const kernel::Pieces<T>& pieces, bool bfloat16 = false) : pieces_(pieces), bfloat16_(bfloat16) {}

  bool empty() const { return rows_ == 0; }

  /// Takes over B [k, n] as it is now.
  void pack(std::int64_t k, std::int64_t n, kernel::Strided<T> B) {
    rows_ = k;
    columns_ = n;
    if constexpr (std::is_same_v<T, float>) {
      if (bfloat16_) {
        pairs_.resize(size((k + 1) / 2, n, bfloats().panel));
        return bfloats().pack(k, n, B, pairs_.data());
      }
    }
    numbers_.resize(size(k, n, pieces_.panel));
    pieces_.pack(k, n, B, numbers_.data());
  }

  /// C [m, n] = A B, or with `add` C += A B. A: [m, k]; rows of C are `ldc` apart.
  void multiply(std::int64_t m, kernel::Strided<T> A, T* C, std::int64_t ldc, bool add) const {
    if constexpr (std::is_same_v<T, float>) {
      if (bfloat16_) return bfloats().product(m, columns_, rows_, A, pairs_.data(), C, ldc, add);
    }
    pieces_.product(m, columns_, rows_, A, numbers_.data(), rows_, C, ldc, add);
  }

 private:
  static const kernel::BfloatProducts& bfloats() {
    static const kernel::BfloatProducts& best = kernel::bfloat_products();
    return best;
  }
  static std::size_t size(std::int64_t rows, std::int64_t n, std::int64_t panel) {
    return static_cast<std::size_t>(rows * ((n + panel - 1) / panel * panel));
  }

  const kernel::Pieces<T>& pieces_;
  const bool bfloat16_;
  std::int64_t rows_ = 0, columns_ = 0;
  std::vector<T> numbers_;
  std::vector<std::uint32_t> pairs_;
};

}  // namespace steepest::model
