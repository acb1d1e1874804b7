// random_matrix.h: random shapes and matrices of a given condition number, for property tests.
#pragma once
#include <torch/torch.h>

#include <cmath>
#include <cstdint>
#include <ostream>
#include <random>
#include <vector>

namespace steepest::testing {

/// A random orthonormal basis [n, r], r <= n, float64.
inline at::Tensor orthonormal(std::int64_t n, std::int64_t r) { return std::get<0>(at::linalg_qr(torch::randn({n, r}, torch::kDouble))); }

/// Singular values from 1 down to 1/condition, evenly spaced in the logarithm, times `norm`.
inline at::Tensor log_spaced(std::int64_t count, double condition, double norm = 1.0) {
  return torch::logspace(0, -std::log10(condition), count, 10.0, torch::kDouble) * norm;
}

/// A random m x n matrix with spectral norm `norm` and this condition number.
inline at::Tensor random_matrix(std::int64_t m, std::int64_t n, double condition, at::ScalarType type = torch::kDouble, double norm = 1.0) {
  const auto r = std::min(m, n);
  return (orthonormal(m, r) * log_spaced(r, condition, norm)).mm(orthonormal(n, r).t()).to(type);
}

/// A random r x r gauge of this condition number.
inline at::Tensor random_gauge(std::int64_t r, double condition, at::ScalarType type = torch::kDouble) {
  return random_matrix(r, r, condition, type, std::sqrt(condition));
}

/// |x - y|_F / |y|_F, in float64; NaN counts as infinite.
inline double relative_difference(const at::Tensor& x, const at::Tensor& y) {
  const auto reference = y.to(torch::kDouble);
  const double norm = reference.norm().item<double>();
  const double difference = (x.to(torch::kDouble) - reference).norm().item<double>() / (norm > 0 ? norm : 1.0);
  return std::isnan(difference) ? INFINITY : difference;
}

inline double epsilon(at::ScalarType type) { return type == torch::kDouble ? 2.220446049250313e-16 : 1.1920928955078125e-07; }

/// One random case of a property test.
struct Case {
  std::int64_t m, n, r;
  double condition;
  at::ScalarType type;

  friend std::ostream& operator<<(std::ostream& out, const Case& c) {
    return out << "m=" << c.m << " n=" << c.n << " r=" << c.r << " condition=" << c.condition << " " << c.type;
  }
};

/// `count` seeded cases: r in 1..max_rank, m and n in r..4r+16, condition in 1..max_condition (evenly in the logarithm), both types in
/// turn. Seeds LibTorch's generator too, so a test that draws its cases first is the same every time.
inline std::vector<Case> random_cases(int count, std::uint64_t seed, double max_condition, std::int64_t max_rank = 64) {
  torch::manual_seed(seed);
  std::mt19937_64 engine(seed);
  const auto uniform = [&](double low, double high) { return low + (high - low) * static_cast<double>(engine() >> 11) * 0x1p-53; };
  std::vector<Case> cases;
  for (int i = 0; i < count; ++i) {
    const auto r = static_cast<std::int64_t>(std::exp(uniform(0, std::log(static_cast<double>(max_rank) + 0.999))));
    const auto side = [&] { return r + static_cast<std::int64_t>(uniform(0, static_cast<double>(3 * r + 16))); };
    const auto m = side(), n = side();
    cases.push_back({m, n, r, std::pow(max_condition, uniform(0, 1)), i % 2 ? torch::kFloat : torch::kDouble});
  }
  return cases;
}

}  // namespace steepest::testing
