// structure_test.cpp: what is stated of SpecGF at every point or along every path, and the starts.
#include <gtest/gtest.h>

#include "flow/follow.h"
#include "matrix/msign.h"

namespace steepest::flow {
namespace {

using namespace testing;  // NOLINT: the tests' own helpers

// Propositions 6.1 and 6.4: |T(.)|_F <= sqrt(r), and dL/dt <= -|grad L| |(A', B')|/(2 r), for either operator and with l2.
TEST(Energy, FallsAtLeastAsFastAsStatedAtEveryPoint) {
  for (const auto& c : random_cases(60, 231, 2.0, 8)) {
    SCOPED_TRACE(c);
    const auto [options, problem, factors] = random_point(c);
    FlowOptions flow;
    const double r = static_cast<double>(c.r);
    for (const double beta : {0.0, 1e-8, 1e-2, 10.0}) {
      flow.smoothing_squared = beta;
      flow.l2 = beta == 1e-2 ? 0.3 : 0;
      const auto seen = observe_energy(problem, flow, factors);
      EXPECT_GE(seen.ratio, 1 / (2 * r) - 1e-6) << beta;
      EXPECT_LE(seen.ratio, 1 + 1e-6) << beta;
      EXPECT_LE(seen.factor_speed, std::sqrt(r) * (1 + 1e-5)) << beta;
    }
    flow.name = "gradient_flow";
    EXPECT_NEAR(observe_energy(problem, flow, factors).ratio, 1, 1e-6);
  }
}

TEST(Structure, IsThatOfThePlainMatrices) {
  for (const auto& c : random_cases(40, 232, 2.0, 8)) {
    SCOPED_TRACE(c);
    const auto [options, problem, factors] = random_point(c);
    const auto A = factors.A.to(torch::kDouble), B = factors.B.to(torch::kDouble), U = problem.U.to(torch::kDouble),
               V = problem.V.to(torch::kDouble);
    const auto seen = observe_structure(problem, factors);
    const auto G = U.t().mm(A).mm(B).mm(V);
    const double size = A.norm().item<double>() * B.norm().item<double>();
    EXPECT_NEAR(seen.off_diagonal, (G - G.diagonal().diag()).norm().item<double>(), 1e-12 * size);
    EXPECT_NEAR(seen.outside, U.t().mm(A).mm(B - B.mm(V).mm(V.t())).norm().item<double>(), 1e-10 * size);
    EXPECT_NEAR(seen.column_distance, (A - U.mm(U.t()).mm(A)).norm().item<double>(), 1e-12 * size);
    for (std::int64_t i = 0; i < problem.sigma.numel(); ++i) {
      const auto row = U.select(1, i).matmul(A).matmul(B), column = A.matmul(B.matmul(V.select(1, i)));
      const double d = G[i][i].item<double>();
      const double cosine = std::min(d / row.norm().item<double>(), d / column.norm().item<double>());
      EXPECT_NEAR(std::cos(seen.angles[static_cast<std::size_t>(i)]), cosine, 100 * epsilon(c.type)) << i;
    }
  }
}

// A(t) = U X(t) for all t: Euler's steps leave it exact too, up to what each rounds.
TEST(ColumnSpace, OfTheTargetIsNeverLeftFromZero) {
  ProblemOptions options;
  for (const double beta : {0.0, 1e-8}) {
    for (const auto seed : {1, 2}) {
      const auto problem = make_problem(options, static_cast<std::uint64_t>(seed));
      FlowOptions flow;
      flow.smoothing_squared = beta;
      flow.end_time = 3;
      const auto end = follow(problem, flow, make_start(options, problem, static_cast<std::uint64_t>(seed) + 10)).end;
      const auto seen = observe_structure(problem, end);
      EXPECT_LT(seen.column_distance, 1e-10) << beta;
      const Factors outside{torch::randn({60, 5}, torch::kDouble) * 1e-3, end.B};
      flow.end_time = 0.2;
      EXPECT_GT(observe_structure(problem, follow(problem, flow, outside).end).column_distance, 1e-4) << "another start is not in it";
    }
  }
}

TEST(Start, AtASaddleNothingMovesAndTheLossLacksOneMode) {
  ProblemOptions options;
  options.start = "saddle";
  options.start_scale = 0;
  for (const std::int64_t without : {1, 3, 5}) {
    options.without_mode = without;
    const auto problem = make_problem(options, 3);
    const auto start = make_start(options, problem, 4);
    const auto G = negative_gradient(problem, 0, start);
    EXPECT_LT(G.A.norm().item<double>() + G.B.norm().item<double>(), 1e-12);
    const double sigma = options.singular_values[static_cast<std::size_t>(without - 1)];
    EXPECT_NEAR(observe(problem, start).loss, sigma * sigma / 2, 1e-10);
    EXPECT_NEAR(least_loss(problem, 5), 0, 0);
    EXPECT_NEAR(least_loss(problem, 4), 0.7 * 0.7 / 2, 1e-12);
  }
  options.start_scale = 1e-4;
  options.start_gauge = 9;
  const auto problem = make_problem(options, 3);
  const auto start = make_start(options, problem, 4);
  options.start_gauge = 1;
  const auto plain = make_start(options, problem, 4);
  EXPECT_LT(relative_difference(start.A.mm(start.B), plain.A.mm(plain.B)), 1e-13);
  EXPECT_LT(relative_difference(start.A, plain.A * 9), 1e-15);
}

TEST(MatrixProblem, OfANoisyTargetHasTheModesOfTheSum) {
  ProblemOptions options;
  options.rows = 12;
  options.columns = 9;
  options.noise = 0.1;
  const auto noisy = make_problem(options, 5);
  options.noise = 0;
  const auto plain = make_problem(options, 5);
  EXPECT_EQ(noisy.sigma.numel(), 9);
  const auto noise = target(noisy) - target(plain);
  EXPECT_NEAR(noise.square().mean().sqrt().item<double>(), 0.1, 0.03);
}

// Heavy ball in both of its forms: the EMA's step is that of the sum at (1 - momentum) of its gradient, which msign does not see.
TEST(Momentum, SumAndEmaAreOneUnderTheExactOperator) {
  ProblemOptions options;
  const auto problem = make_problem(options, 6);
  FlowOptions flow;
  flow.smoothing_squared = 0;
  flow.momentum = 0.9;
  flow.end_time = 0.5;
  const auto start = make_start(options, problem, 7);
  const auto sum = follow(problem, flow, start).end;
  flow.momentum_form = Momentum::ema;
  const auto ema = follow(problem, flow, start).end;
  EXPECT_LT(relative_difference(sum.A.mm(sum.B), ema.A.mm(ema.B)), 1e-8);
  flow.momentum = 0;
  const auto plain = follow(problem, flow, start).end;
  EXPECT_GT(relative_difference(sum.A.mm(sum.B), plain.A.mm(plain.B)), 1e-4);
}

TEST(Orthogonalizer, IterationsComeCloseToSingularValues) {
  ProblemOptions options;
  const auto problem = make_problem(options, 8);
  const auto start = make_start(options, problem, 9);
  FlowOptions flow;
  flow.smoothing_squared = 0;
  flow.end_time = 0.5;
  const auto exact = follow(problem, flow, start).end;
  flow.orthogonalizer = matrix::MsignMethod::table;
  const auto by_table = follow(problem, flow, start).end;
  EXPECT_LT(relative_difference(by_table.A.mm(by_table.B), exact.A.mm(exact.B)), 0.02);
  flow.orthogonalizer = matrix::MsignMethod::newton_schulz5;
  const auto loose = follow(problem, flow, start).end;
  EXPECT_GT(relative_difference(loose.A.mm(loose.B), exact.A.mm(exact.B)), 0.02) << "its singular values end between 0.7 and 1.2";
}

}  // namespace
}  // namespace steepest::flow
