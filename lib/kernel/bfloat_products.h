// bfloat_products.h: products in bfloat16 with sums in float32.
#pragma once
#include <cstdint>
#include <string>

#include "kernel/pieces.h"

namespace steepest::kernel {

struct BfloatProducts {
  bool native;  ///< the processor multiplies such numbers; if not, the same is computed with float32's products, which is slower than these
  std::int64_t panel;  ///< columns that `product` works on together

  /// B [k, n], rounded, in the order in which `product` reads it: (k + 1)/2 * (n rounded up to `panel`) words.
  void (*pack)(std::int64_t k, std::int64_t n, Strided<float> B, std::uint32_t* to);
  /// C [m, n] = A B, or with `add` C += A B, where A is rounded on the way. B: packed.
  void (*product)(std::int64_t m, std::int64_t n, std::int64_t k, Strided<float> A, const std::uint32_t* B, float* C, std::int64_t ldc,
                  bool add);
};

/// In one of `instruction_sets`; by default in the best.
const BfloatProducts& bfloat_products(const std::string& instruction_set = instruction_sets().front());

}  // namespace steepest::kernel
