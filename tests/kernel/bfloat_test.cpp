// bfloat_test.cpp: products in bfloat16 are those of the rounded matrices, their sums no worse than float32's.
#include <gtest/gtest.h>
#include <torch/torch.h>

#include "every_instruction_set.h"
#include "random/streams.h"

namespace steepest::kernel {
namespace {

std::vector<std::uint32_t> packed(const BfloatProducts& products, std::int64_t k, std::int64_t n, Strided<float> B) {
  std::vector<std::uint32_t> words(static_cast<std::size_t>((k + 1) / 2 * ((n + products.panel - 1) / products.panel * products.panel)));
  products.pack(k, n, B, words.data());
  return words;
}

TEST(BfloatProducts, AreThoseOfTheRoundedMatrices) {
  for_each_pieces<float>([](const Pieces<float>&, const BfloatProducts& products) {
    torch::manual_seed(3);
    random::Stream stream(9);
    const auto number = [&](std::uint64_t most) { return 1 + static_cast<std::int64_t>(stream.below(most)); };
    for (int trial = 0; trial < 80; ++trial) {
      const auto m = number(30), n = number(70), k = trial % 9 == 0 ? 1024 + number(1500) : number(60);
      const bool add = trial % 2 == 0, a_transposed = trial % 3 == 0, b_transposed = trial % 5 == 0;
      const auto A = at::randn({m, k}, at::kFloat), B = at::randn({k, n}, at::kFloat);
      auto C = at::randn({m, n}, at::kFloat);
      const auto a = a_transposed ? A.t().contiguous() : A, b = b_transposed ? B.t().contiguous() : B;
      const Strided<float> from_a = a_transposed ? Strided<float>{a.data_ptr<float>(), 1, m} : Strided<float>{a.data_ptr<float>(), k, 1};
      const Strided<float> from_b = b_transposed ? Strided<float>{b.data_ptr<float>(), 1, k} : Strided<float>{b.data_ptr<float>(), n, 1};
      const auto wide = [](const at::Tensor& t) { return t.to(at::kBFloat16).to(at::kDouble); };
      auto expected = wide(A).mm(wide(B));
      const auto size = wide(A).abs().mm(wide(B).abs());
      if (add) expected = expected + C.to(at::kDouble);
      products.product(m, n, k, from_a, packed(products, k, n, from_b).data(), C.data_ptr<float>(), n, add);
      const auto off = ((C.to(at::kDouble) - expected).abs() / (size + 1)).max().item<double>();
      ASSERT_LT(off, 1e-6) << m << " " << n << " " << k;
    }
  });
}

TEST(BfloatProducts, RoundToTheNearestAndTiesToEven) {
  for_each_pieces<float>([](const Pieces<float>&, const BfloatProducts& products) {
    torch::manual_seed(4);
    const float infinity = std::numeric_limits<float>::infinity(), nan = std::numeric_limits<float>::quiet_NaN();
    const auto numbers = at::cat({at::randn({400}) * at::exp2(at::randint(-40, 40, {400})),
                                  at::tensor({0.0f, -0.0f, 1.00390625f, 1.01171875f, -1.00390625f, 3.3e38f, infinity, -infinity, nan})});
    const float one = 1;
    const auto B = packed(products, 1, 1, {&one, 1, 1});
    const auto rounded = at::empty_like(numbers);
    products.product(numbers.numel(), 1, 1, {numbers.data_ptr<float>(), 1, 1}, B.data(), rounded.data_ptr<float>(), 1, false);
    EXPECT_TRUE(at::allclose(rounded, numbers.to(at::kBFloat16).to(at::kFloat), 0, 0, /*equal_nan=*/true));
  });
}

}  // namespace
}  // namespace steepest::kernel
