// pieces_test.cpp: every fused piece, forward and backward, against LibTorch's operations in float64, over random shapes and instruction sets.
#include "kernel/pieces.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <cmath>

#include "every_instruction_set.h"
#include "model/rms_norm.h"
#include "model/rope.h"
#include "random/streams.h"

namespace steepest::kernel {
namespace {

/// In both precisions: the type, and how far a number of size 1 may be off.
template <class T>
struct FusedPieces : ::testing::Test {
  static constexpr double kTolerance = std::is_same_v<T, float> ? 4e-6 : 1e-12;
  const at::ScalarType type = std::is_same_v<T, float> ? at::kFloat : at::kDouble;
  random::Stream stream{random::stream_seed(11, "pieces")};

  std::int64_t number(std::int64_t most) { return 1 + static_cast<std::int64_t>(stream.below(static_cast<std::uint64_t>(most))); }
  /// Wide numbers that T has exactly, so that both sides begin alike.
  at::Tensor normal(at::IntArrayRef shape) { return at::randn(shape, at::kDouble).to(type).to(at::kDouble); }
  at::Tensor narrow(const at::Tensor& wide) { return wide.detach().to(type, /*non_blocking=*/false, /*copy=*/true).contiguous(); }
  static T* numbers(at::Tensor& tensor) { return tensor.data_ptr<T>(); }
  static double off(const at::Tensor& ours, const at::Tensor& expected) {
    return (ours.to(at::kDouble) - expected).abs().max().template item<double>() /
           std::max(1.0, expected.abs().max().template item<double>());
  }
  template <class Body>
  void in_each(Body&& body) {
    for_each_pieces<T>([&](const Pieces<T>& piece, const BfloatProducts&) {
      torch::manual_seed(5);
      body(piece);
    });
  }
};

using Precisions = ::testing::Types<float, double>;
TYPED_TEST_SUITE(FusedPieces, Precisions);

TYPED_TEST(FusedPieces, ProductsAreThoseOfMatrices) {
  using T = TypeParam;
  this->in_each([&](const Pieces<T>& piece) {
    for (int trial = 0; trial < 60; ++trial) {
      const bool large = trial % 7 == 0;  // more than is worked on at a time
      const auto m = this->number(large ? 150 : 40), n = this->number(large ? 150 : 70), k = this->number(large ? 400 : 50),
                 used = this->number(k);
      auto A = this->narrow(this->normal({m, k})), B = this->narrow(this->normal({k, n})), C = this->narrow(this->normal({m, n}));
      const bool add = trial % 2 == 0, a_transposed = trial % 3 == 0, b_transposed = trial % 5 == 0;
      auto a = a_transposed ? A.t().contiguous() : A, b = b_transposed ? B.t().contiguous() : B;
      const Strided<T> from_a = a_transposed ? Strided<T>{this->numbers(a), 1, m} : Strided<T>{this->numbers(a), k, 1};
      const Strided<T> from_b = b_transposed ? Strided<T>{this->numbers(b), 1, k} : Strided<T>{this->numbers(b), n, 1};
      std::vector<T> packed(static_cast<std::size_t>(k * (n + piece.panel)));
      piece.pack(k, n, from_b, packed.data());
      const auto expected = A.narrow(1, 0, used).to(at::kDouble).mm(B.narrow(0, 0, used).to(at::kDouble)) +
                            (add ? C.to(at::kDouble) : at::zeros({m, n}, at::kDouble));
      piece.product(m, n, used, from_a, packed.data(), k, this->numbers(C), n, add);
      ASSERT_LT(this->off(C, expected), this->kTolerance) << m << " " << n << " " << k << " " << used;
    }
  });
}

TYPED_TEST(FusedPieces, PackedMatricesAreRead) {
  using T = TypeParam;
  this->in_each([&](const Pieces<T>& piece) {
    for (const auto& [k, n] : std::vector<std::pair<std::int64_t, std::int64_t>>{{1, 1}, {7, 33}, {32, 128}, {37, 65}}) {
      auto B = this->narrow(this->normal({k, n})), transposed = B.t().contiguous();
      std::vector<T> rows(static_cast<std::size_t>(k * (n + piece.panel)), T(7)), columns(rows);
      piece.pack(k, n, {this->numbers(B), n, 1}, rows.data());
      piece.pack(k, n, {this->numbers(transposed), 1, k}, columns.data());
      EXPECT_EQ(rows, columns);
      for (std::int64_t p = 0; p < k; ++p) {
        for (std::int64_t j = 0; j < (n + piece.panel - 1) / piece.panel * piece.panel; ++j) {
          const T expected = j < n ? this->numbers(B)[p * n + j] : T(0);
          ASSERT_EQ(rows[static_cast<std::size_t>((j / piece.panel * k + p) * piece.panel + j % piece.panel)], expected);
        }
      }
    }
  });
}

TYPED_TEST(FusedPieces, ThinProductsAreThoseOfMatrices) {
  using T = TypeParam;
  this->in_each([&](const Pieces<T>& piece) {
    for (int trial = 0; trial < 60; ++trial) {
      const bool large = trial % 7 == 0;
      const auto rank = this->number(piece.thinnest), rows = this->number(large ? 150 : 20), n = this->number(large ? 600 : 80);
      const bool add = trial % 2 == 0;
      const auto x = this->normal({rows, n}), t = this->normal({rows, rank}), B = this->normal({rank, n}), start = this->normal({rows, n});
      auto from = this->narrow(x), thin = this->narrow(t), factor = this->narrow(B), out = this->narrow(start),
           into = at::empty({rows, rank}, this->type), gradient = at::ones({rank, n}, this->type);
      piece.thin_into(rank, rows, n, this->numbers(from), this->numbers(factor), this->numbers(into));
      piece.thin_out(rank, rows, n, this->numbers(thin), this->numbers(factor), this->numbers(out), add);
      piece.thin_gradient(rank, rows, n, this->numbers(thin), this->numbers(from), this->numbers(gradient));
      EXPECT_LT(this->off(into, x.mm(B.t())), this->kTolerance);
      EXPECT_LT(this->off(out, add ? t.mm(B) + start : t.mm(B)), this->kTolerance);
      EXPECT_LT(this->off(gradient, t.t().mm(x) + 1), this->kTolerance);
    }
  });
}

TYPED_TEST(FusedPieces, GeluBetweenThinProducts) {
  using T = TypeParam;
  this->in_each([&](const Pieces<T>& piece) {
    for (int trial = 0; trial < 40; ++trial) {
      const auto rank = this->number(piece.thinnest_joined), rows = this->number(20), n = this->number(80);
      auto t = this->normal({rows, rank}).requires_grad_(), A = this->normal({rank, n}).requires_grad_(),
           B = this->normal({rank, n}).requires_grad_();
      const auto ds = this->normal({rows, rank}), hidden = at::gelu(t.mm(A)), s = hidden.mm(B.t());
      s.backward(ds);
      auto in = this->narrow(t), up = this->narrow(A), down = this->narrow(B), slope = at::empty({rows, n}, this->type),
           value = at::empty_like(slope), out = at::empty_like(in), d_out = this->narrow(ds), d_in = at::empty_like(in),
           d_up = at::ones_like(up), d_down = at::ones_like(down);
      piece.thin_gelu(rank, rows, n, this->numbers(in), this->numbers(up), this->numbers(down), this->numbers(slope), this->numbers(value),
                      this->numbers(out));
      piece.thin_gelu_backward(rank, rows, n, this->numbers(in), this->numbers(up), this->numbers(down), this->numbers(slope),
                               this->numbers(value), this->numbers(d_out), this->numbers(d_in), this->numbers(d_up), this->numbers(d_down));
      EXPECT_LT(this->off(value, hidden), this->kTolerance);
      EXPECT_LT(this->off(out, s), this->kTolerance);
      EXPECT_LT(this->off(d_in, t.grad()), this->kTolerance);
      EXPECT_LT(this->off(d_up, A.grad() + 1), this->kTolerance);
      EXPECT_LT(this->off(d_down, B.grad() + 1), this->kTolerance);
    }
  });
}

TYPED_TEST(FusedPieces, Norms) {
  using T = TypeParam;
  this->in_each([&](const Pieces<T>& piece) {
    for (int trial = 0; trial < 40; ++trial) {
      const auto rows = this->number(9), n = 1 + this->number(70);
      const bool rms = trial % 2 == 0;
      auto x = this->normal({rows, n}).requires_grad_();
      const auto dy = this->normal({rows, n});
      const auto y = rms ? model::rms_norm(x) : at::layer_norm(x, {n}, {}, {}, 1e-6);
      y.backward(dy);
      auto in = this->narrow(x), out = at::empty_like(in), inverse = at::empty({rows}, in.options()), d_out = this->narrow(dy),
           d_in = at::ones_like(in);
      (rms ? piece.rms_norm : piece.layer_norm)(rows, n, this->numbers(in), this->numbers(out), this->numbers(inverse));
      (rms ? piece.rms_norm_backward : piece.layer_norm_backward)(rows, n, this->numbers(out), this->numbers(inverse), this->numbers(d_out),
                                                                  this->numbers(d_in));
      EXPECT_LT(this->off(out, y), this->kTolerance);
      EXPECT_LT(this->off(d_in - 1, x.grad()), 3 * this->kTolerance);
    }
  });
}

TYPED_TEST(FusedPieces, TurnIsNormalisationAndRotaryPositions) {
  using T = TypeParam;
  this->in_each([&](const Pieces<T>& piece) {
    for (int trial = 0; trial < 24; ++trial) {
      const auto length = this->number(20), count = this->number(4), size = 2 * this->number(20), ld = count * size;
      const bool normalises = trial % 3 != 1, turns = trial % 3 != 2;
      const auto angles = model::rope_turns(length, size, 1e4, at::kDouble);
      auto x = this->normal({length, count, size}).requires_grad_();
      const auto dy = this->normal({length, count, size});
      auto y = normalises ? model::rms_norm(x) : x * 1.0;
      if (turns) y = model::rope(y.transpose(0, 1).contiguous(), angles).transpose(0, 1);
      y.backward(dy);
      auto table = this->narrow(at::view_as_real(angles).flatten(1)), inverse = at::empty({length, count}, table.options());
      auto ours = this->narrow(x), gradient = this->narrow(dy);
      const Heads heads{length, count, size, ld};
      piece.turn(heads, turns ? this->numbers(table) : nullptr, this->numbers(ours), normalises ? this->numbers(inverse) : nullptr);
      EXPECT_LT(this->off(ours, y), this->kTolerance);
      piece.turn_backward(heads, turns ? this->numbers(table) : nullptr, this->numbers(ours), normalises ? this->numbers(inverse) : nullptr,
                          this->numbers(gradient));
      EXPECT_LT(this->off(gradient, x.grad()), 4 * this->kTolerance);
    }
  });
}

/// softmax(scale q k^T) v of each head, every token looking at itself and those before it. q, k, v: [length, count * size].
at::Tensor causal_attention(const Heads& heads, double scale, const at::Tensor& q, const at::Tensor& k, const at::Tensor& v) {
  const auto split = [&](const at::Tensor& t) { return t.view({heads.length, heads.count, heads.size}).transpose(0, 1); };
  const auto mask = at::full({heads.length, heads.length}, -std::numeric_limits<double>::infinity(), at::kDouble).triu(1);
  const auto o = at::softmax(split(q).matmul(split(k).transpose(1, 2)) * scale + mask, -1).matmul(split(v));
  return o.transpose(0, 1).reshape({heads.length, heads.ld});
}

TYPED_TEST(FusedPieces, AttentionIsTheSoftmaxOfWhatCameBefore) {
  using T = TypeParam;
  this->in_each([&](const Pieces<T>& piece) {
    for (int trial = 0; trial < 16; ++trial) {
      const auto length = this->number(140), count = this->number(3), size = this->number(40), ld = count * size;
      const Heads heads{length, count, size, ld};
      const double scale = 1 / std::sqrt(static_cast<double>(size));
      std::vector<at::Tensor> wide;
      for (int i = 0; i < 3; ++i) wide.push_back(this->normal({length, ld}).requires_grad_());
      const auto d_o = this->normal({length, ld}), joined = causal_attention(heads, scale, wide[0], wide[1], wide[2]);
      joined.backward(d_o);
      auto q = this->narrow(wide[0]), k = this->narrow(wide[1]), v = this->narrow(wide[2]), gradient = this->narrow(d_o);
      auto out = at::empty_like(q), dq = at::empty_like(q), dk = at::empty_like(q), dv = at::empty_like(q);
      std::vector<T> kept(static_cast<std::size_t>(piece.attention_kept(heads, 0))),
          scratch(static_cast<std::size_t>(piece.attention_scratch(heads)));
      piece.attention(heads, static_cast<T>(scale), this->numbers(q), this->numbers(k), this->numbers(v), this->numbers(out), kept.data(),
                      scratch.data());
      piece.attention_backward(heads, static_cast<T>(scale), this->numbers(q), this->numbers(k), this->numbers(v), this->numbers(out),
                               kept.data(), this->numbers(gradient), this->numbers(dq), this->numbers(dk), this->numbers(dv),
                               scratch.data());
      EXPECT_LT(this->off(out, joined), this->kTolerance) << length << " " << size;
      EXPECT_LT(this->off(dq, wide[0].grad()), 2 * this->kTolerance);
      EXPECT_LT(this->off(dk, wide[1].grad()), 2 * this->kTolerance);
      EXPECT_LT(this->off(dv, wide[2].grad()), 2 * this->kTolerance);
    }
  });
}

TYPED_TEST(FusedPieces, AttentionOfThinValues) {
  using T = TypeParam;
  this->in_each([&](const Pieces<T>& piece) {
    for (int trial = 0; trial < 24; ++trial) {
      const auto length = this->number(140), count = this->number(3), size = this->number(40), ld = count * size,
                 rank = 1 + trial % piece.thinnest;
      const Heads heads{length, count, size, ld};
      const double scale = 1 / std::sqrt(static_cast<double>(size));
      auto q = this->normal({length, ld}).requires_grad_(), k = this->normal({length, ld}).requires_grad_(),
           t = this->normal({length, rank}).requires_grad_(), A = this->normal({rank, ld}).requires_grad_();
      const auto d_o = this->normal({length, ld}), joined = causal_attention(heads, scale, q, k, t.mm(A));
      joined.backward(d_o);
      auto query = this->narrow(q), key = this->narrow(k), thin = this->narrow(t), factor = this->narrow(A), gradient = this->narrow(d_o);
      auto out = at::empty_like(query), dq = at::empty_like(query), dk = at::empty_like(query), dt = at::empty_like(thin),
           dA = at::ones_like(factor);
      // Rubbish must not leak out of what was there before.
      std::vector<T> kept(static_cast<std::size_t>(piece.attention_kept(heads, rank)), std::numeric_limits<T>::quiet_NaN()),
          scratch(static_cast<std::size_t>(piece.attention_scratch(heads)), std::numeric_limits<T>::quiet_NaN());
      piece.thin_attention(rank, heads, static_cast<T>(scale), this->numbers(query), this->numbers(key), this->numbers(thin),
                           this->numbers(factor), this->numbers(out), kept.data(), scratch.data());
      piece.thin_attention_backward(rank, heads, static_cast<T>(scale), this->numbers(query), this->numbers(key), this->numbers(thin),
                                    this->numbers(factor), kept.data(), this->numbers(gradient), this->numbers(dq), this->numbers(dk),
                                    this->numbers(dt), this->numbers(dA), scratch.data());
      EXPECT_LT(this->off(out, joined), this->kTolerance) << length << " " << size << " " << rank;
      EXPECT_LT(this->off(dq, q.grad()), 2 * this->kTolerance) << length << " " << size << " " << rank;
      EXPECT_LT(this->off(dk, k.grad()), 2 * this->kTolerance);
      EXPECT_LT(this->off(dt, t.grad()), 2 * this->kTolerance);
      EXPECT_LT(this->off(dA, A.grad() + 1), 4 * this->kTolerance);
    }
  });
}

TYPED_TEST(FusedPieces, ActivationsComeWithTheirDerivatives) {
  using T = TypeParam;
  this->in_each([&](const Pieces<T>& piece) {
    const auto check = [&](const char* name, auto ours_of, auto expected_of) {
      SCOPED_TRACE(name);
      auto x = at::cat({this->normal({1003}) * 3, at::linspace(-12, 12, 500, at::kDouble)}).to(this->type).to(at::kDouble);
      const auto y = expected_of(x.requires_grad_());
      y.sum().backward();
      auto ours = this->narrow(x), out = at::empty_like(ours);
      ours_of(ours.numel(), this->numbers(ours), this->numbers(out));
      EXPECT_LT(((out.to(at::kDouble) - y) / y.abs().clamp_min(1)).abs().max().template item<double>(), this->kTolerance);
      EXPECT_LT((ours.to(at::kDouble) - x.grad()).abs().max().template item<double>(), this->kTolerance);
    };
    check("gelu", piece.gelu, [](const at::Tensor& x) { return at::gelu(x); });
    check("relu2", piece.relu2, [](const at::Tensor& x) { return at::relu(x).square(); });
    check("silu", piece.silu, [](const at::Tensor& x) { return at::silu(x); });
  });
}

TYPED_TEST(FusedPieces, CrossEntropyComesWithItsGradient) {
  using T = TypeParam;
  this->in_each([&](const Pieces<T>& piece) {
    for (int trial = 0; trial < 20; ++trial) {
      const auto rows = this->number(12), n = this->number(90), ld = (n + 31) / 32 * 32;
      auto logits = (this->normal({rows, n}) * 5).to(this->type).to(at::kDouble).requires_grad_();
      const auto targets = at::randint(n, {rows}, at::kInt);
      const double factor = 0.37;
      const auto loss = at::nll_loss(at::log_softmax(logits, 1), targets.to(at::kLong), {}, at::Reduction::Sum);
      (loss * factor).backward();
      auto ours = at::full({rows, ld}, 7.0, this->type);
      ours.narrow(1, 0, n).copy_(logits.detach());
      const double sum =
          piece.cross_entropy(rows, n, targets.template data_ptr<std::int32_t>(), static_cast<T>(factor), this->numbers(ours), ld);
      EXPECT_NEAR(sum, loss.template item<double>(), this->kTolerance * (1 + std::abs(loss.template item<double>())));
      EXPECT_LT(this->off(ours.narrow(1, 0, n), logits.grad()), this->kTolerance);
    }
  });
}

TYPED_TEST(FusedPieces, AddAndPart) {
  using T = TypeParam;
  this->in_each([&](const Pieces<T>& piece) {
    const auto x = this->normal({77}), f = this->normal({77});
    auto sum = this->narrow(x), rest = this->narrow(x), other = this->narrow(f), part = at::empty_like(rest);
    piece.add(77, static_cast<T>(0.25), this->numbers(other), this->numbers(sum));
    piece.part(77, static_cast<T>(0.25), static_cast<T>(0.5), this->numbers(rest), this->numbers(part));
    EXPECT_LT(this->off(sum, x + 0.25 * f), this->kTolerance);
    EXPECT_LT(this->off(part, 0.25 * x), this->kTolerance);
    EXPECT_LT(this->off(rest, 0.5 * x), this->kTolerance);
  });
}

TYPED_TEST(FusedPieces, MixAndMultiply) {
  using T = TypeParam;
  this->in_each([&](const Pieces<T>& piece) {
    const auto x = this->normal({77}), f = this->normal({77});
    auto mixed = this->narrow(x), times = this->narrow(x), sum = this->narrow(x), other = this->narrow(f);
    piece.add(77, static_cast<T>(0.25), this->numbers(other), this->numbers(sum));
    EXPECT_LT(this->off(sum, x + 0.25 * f), this->kTolerance);
    piece.mix(77, static_cast<T>(0.25), this->numbers(other), this->numbers(mixed));
    piece.multiply(77, this->numbers(other), this->numbers(times));
    EXPECT_LT(this->off(mixed, at::lerp(x, f, 0.25)), this->kTolerance);
    EXPECT_LT(this->off(times, x * f), this->kTolerance);
  });
}

}  // namespace
}  // namespace steepest::kernel
