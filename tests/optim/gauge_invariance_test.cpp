// gauge_invariance_test.cpp: which optimizers move W the same way under (A, B) -> (A R, B R^-T), and which do not.
#include <gtest/gtest.h>

#include <iostream>
#include <sstream>

#include "optim/every_optimizer.h"
#include "optim/pair_problem.h"

namespace steepest::optim {
namespace {

using namespace testing;  // NOLINT: the tests' own helpers

constexpr int kSteps = 3;

LoraMuonOptions lora_muon(InverseSqrtMethod root, MsignMethod msign = MsignMethod::svd) {
  LoraMuonOptions options;
  options.learning_rate = 0.3;
  options.inverse_sqrt = root;
  options.msign = msign;
  return options;
}

/// Shapes with room between m, n and r: the square of the condition number leaves none for the gradient's own, which is large where G B is
/// nearly square.
std::vector<Case> roomy_cases(int count, std::uint64_t seed, double max_condition) {
  auto cases = random_cases(count, seed, max_condition);
  for (auto& c : cases) {
    c.m += 2 * c.r + 4;
    c.n += 2 * c.r + 4;
  }
  return cases;
}

/// A well-conditioned pair.
FactorPair mild_pair(Case c) {
  c.condition = 2.0;
  return random_pair(c);
}

/// Gradients small enough for LoRA-RITE, which drops those whose root mean square is above 1.
std::vector<at::Tensor> calm_gradients(int count, const Case& c) {
  auto gradients = random_gradients(count, c);
  for (auto& G : gradients) G = 0.5 * G;
  return gradients;
}

double largest_difference(const std::vector<at::Tensor>& path, const std::vector<at::Tensor>& reference) {
  double worst = 0;
  for (std::size_t i = 0; i < path.size(); ++i) worst = std::max(worst, relative_difference(path[i], reference[i]));
  return worst;
}

/// The largest relative difference of s A B^T along the path between a pair and the same pair in gauge R.
double gauge_difference(const Case& c, const at::Tensor& R, const MakeOptimizer& make, double scale = 1.0) {
  const auto pair = mild_pair(c);
  const auto gradients = calm_gradients(kSteps, c);
  const auto changed = change_gauge(pair, R);
  const auto path = trajectory(copy(pair), make, gradients, scale);
  EXPECT_GT(relative_difference(path.back(), wide_product(pair) * scale), 5e-3);  // a path that stands still is the same in every gauge
  return largest_difference(trajectory(changed, make, gradients, scale), path);
}

double gauge_difference(const Case& c, const at::Tensor& R, const AnyOptions& options, double scale = 1.0) {
  return std::visit([&](const auto& plain) { return gauge_difference(c, R, maker(plain, scale), scale); }, options);
}

/// LoRA-Muon's two ways of decaying, and none.
struct Decay {
  DecayForm form;
  double weight_decay, scale;
};
const std::vector<Decay> kDecays = {{DecayForm::split, 0.1, 1.0}, {DecayForm::factor, 0.1, 1.0}, {DecayForm::split, 0.0, 3.0}};

LoraMuonOptions with_decay(LoraMuonOptions options, const Decay& decay) {
  options.decay = decay.form;
  options.weight_decay = decay.weight_decay;
  return options;
}

TEST(GaugeInvariance, LoraMuonByQrUnderAnyGauge) {
  for (const auto& decay : kDecays) {
    for (const auto& c : random_cases(40, 41, 1e6)) {
      SCOPED_TRACE(c);
      const auto R = random_gauge(c.r, c.condition);
      EXPECT_LT(gauge_difference(c, R, maker(with_decay(lora_muon(InverseSqrtMethod::qr), decay), decay.scale), decay.scale),
                50 * c.condition * epsilon(c.type));
    }
  }
}

TEST(GaugeInvariance, LoraMuonUnderEveryNorm) {
  for (const auto norm : {NormKind::frobenius, NormKind::schatten, NormKind::nuclear}) {
    auto options = lora_muon(InverseSqrtMethod::qr);
    options.norm = norm;
    for (const auto& c : random_cases(30, 48, 1e6)) {
      SCOPED_TRACE(options::choice_name(norm));
      SCOPED_TRACE(c);
      EXPECT_LT(gauge_difference(c, random_gauge(c.r, c.condition), maker(options)), 50 * c.condition * epsilon(c.type));
    }
  }
}

TEST(GaugeInvariance, LoraRiteInFullAndItsCore) {
  LoraRiteOptions rite;
  rite.learning_rate = 0.02;
  LoraRiteOptions escaping = rite;
  escaping.escaped_mass = true;
  LoraRiteCoreOptions core;
  core.msign = MsignMethod::svd;
  LoraRiteCoreOptions transported = core;
  transported.basis = MomentBasis::transported;
  for (const AnyOptions& options : std::vector<AnyOptions>{rite, escaping, core, transported}) {
    for (const auto& c : random_cases(40, 49, 1e6)) {
      SCOPED_TRACE(name_of(options));
      SCOPED_TRACE(c);
      EXPECT_LT(gauge_difference(c, random_gauge(c.r, c.condition), options, c.r % 2 ? 1.0 : 3.0), 50 * c.condition * epsilon(c.type));
    }
  }
}

// What each option struct claims is what is seen: under a rotation, and under a gauge that is none.
TEST(GaugeInvariance, IsWhatEachOptimizerClaims) {
  for (const auto& base : every_optimizer()) {
    SCOPED_TRACE(name_of(base));
    const auto options = exact(base, 0.05);
    for (auto c : roomy_cases(6, 50, 4)) {
      if (c.r < 2) continue;
      c.type = torch::kDouble;
      SCOPED_TRACE(c);
      const double rotated = gauge_difference(c, orthonormal(c.r, c.r), options);
      const double scaled = gauge_difference(c, torch::eye(c.r, torch::kDouble) * 3.0, options);
      const double sheared = gauge_difference(c, random_gauge(c.r, 4.0), options);
      const bool orthogonal = invariance_of(base) != "none", general = invariance_of(base) == "GL(r)";
      EXPECT_EQ(rotated < 1e-8, orthogonal) << rotated;
      EXPECT_EQ(scaled < 1e-8, general) << scaled;
      EXPECT_EQ(sheared < 1e-8, general) << sheared;
      EXPECT_TRUE(orthogonal || rotated > 1e-4) << rotated;
      EXPECT_TRUE(general || (scaled > 1e-4 && sheared > 1e-4)) << scaled << " " << sheared;
    }
  }
}

TEST(GaugeInvariance, LoraMuonByEigenDecomposition) {
  for (const auto& decay : kDecays) {
    for (const auto& c : roomy_cases(40, 42, 1e6)) {
      const double error = c.condition * c.condition * epsilon(c.type);
      if (error >= 1e-2) continue;
      SCOPED_TRACE(c);
      const auto R = random_gauge(c.r, c.condition);
      EXPECT_LT(gauge_difference(c, R, maker(with_decay(lora_muon(InverseSqrtMethod::eigh), decay), decay.scale), decay.scale), 50 * error);
    }
  }
}

// The 7-step root is damped relative to the matrix: a gauge of condition 10 shows at 4e-4. Beyond that it is reported, not asserted.
TEST(GaugeInvariance, LoraMuonByTheTableForMildGauges) {
  for (const auto& decay : kDecays) {
    for (const auto& c : roomy_cases(30, 43, 10)) {
      SCOPED_TRACE(c);
      const auto R = random_gauge(c.r, c.condition);
      EXPECT_LT(gauge_difference(c, R, maker(with_decay(lora_muon(InverseSqrtMethod::table, MsignMethod::table), decay), decay.scale),
                                 decay.scale),
                1e-3);
    }
  }
  for (const double condition : {1e1, 1e2, 1e3, 1e4}) {
    double worst = 0;
    for (const auto& c : roomy_cases(12, 52, 1)) {
      worst = std::max(worst,
                       gauge_difference(c, random_gauge(c.r, condition), maker(lora_muon(InverseSqrtMethod::table, MsignMethod::table))));
    }
    std::ostringstream name, value;
    name << "largest_difference_by_the_table_at_condition_1e" << std::log10(condition);
    value << worst;
    RecordProperty(name.str(), value.str());
    std::cout << name.str() << ": " << value.str() << "\n";
  }
}

TEST(GaugeInvariance, LoraMuonByTheTableUnderScalars) {
  for (const auto& decay : kDecays) {
    for (const auto& c : random_cases(30, 44, 1e6)) {
      SCOPED_TRACE(c);
      const auto scalar = torch::eye(c.r, torch::kDouble) * c.condition;
      EXPECT_LT(gauge_difference(c, scalar, maker(with_decay(lora_muon(InverseSqrtMethod::table, MsignMethod::table), decay), decay.scale),
                                 decay.scale),
                50 * epsilon(c.type));
    }
  }
}

/// Paths from (2^k A, 2^-k B) must be those from (A, B), to the bit.
void expect_equal_bits_under_powers_of_two(const Case& c, const MakeOptimizer& make) {
  const auto pair = mild_pair(c);
  const auto gradients = calm_gradients(4, c);
  const auto path = trajectory(copy(pair), make, gradients);
  EXPECT_FALSE(path.back().equal(path.front()));
  for (const double power : {0x1p-20, 0x1p5, 0x1p30}) {
    const FactorPair scaled{leaf(pair.A.detach() * power), leaf(pair.B.detach() / power)};
    const auto other = trajectory(scaled, make, gradients);
    for (std::size_t i = 0; i < path.size(); ++i) EXPECT_TRUE(other[i].equal(path[i])) << "step " << i << ", factor " << power;
  }
}

TEST(GaugeInvariance, LoraMuonUnderPowersOfTwoToTheBit) {
  for (const auto root : {InverseSqrtMethod::table, InverseSqrtMethod::eigh, InverseSqrtMethod::qr}) {
    for (const auto& decay : kDecays) {
      for (const auto& c : random_cases(10, 45, 2)) {
        SCOPED_TRACE(options::choice_name(root));
        SCOPED_TRACE(c);
        expect_equal_bits_under_powers_of_two(c, maker(with_decay(lora_muon(root, MsignMethod::table), decay)));
      }
    }
  }
}

// The other invariant methods too, as published: every step in them is linear in each factor or does not depend on its size.
TEST(GaugeInvariance, EveryInvariantMethodUnderPowersOfTwoToTheBit) {
  for (const auto& options : every_optimizer()) {
    if (invariance_of(options) != "GL(r)") continue;
    for (const auto& c : random_cases(6, 53, 2)) {
      SCOPED_TRACE(name_of(options));
      SCOPED_TRACE(c);
      std::visit([&](const auto& plain) { expect_equal_bits_under_powers_of_two(c, maker(plain)); }, options);
    }
  }
}

// LoRA-Muon's symmetric root and the triangular one of LoRA-RITE's core give one path, in good gauges and in bad ones.
TEST(GaugeInvariance, QrCoreMovesAsLoraMuonDoes) {
  LoraRiteCoreOptions core;
  core.learning_rate = 0.3;
  core.msign = MsignMethod::svd;
  for (const auto& c : roomy_cases(30, 54, 1e6)) {
    SCOPED_TRACE(c);
    for (const double scale : {1.0, 3.0}) {
      const auto pair = change_gauge(mild_pair(c), random_gauge(c.r, c.condition));
      const auto gradients = calm_gradients(kSteps, c);
      const auto path = trajectory(copy(pair), maker(core, scale), gradients, scale);
      EXPECT_LT(largest_difference(trajectory(copy(pair), maker(lora_muon(InverseSqrtMethod::qr), scale), gradients, scale), path),
                50 * c.condition * epsilon(c.type));
      const double error = c.condition * c.condition * epsilon(c.type);
      if (error >= 1e-2) continue;
      EXPECT_LT(largest_difference(trajectory(copy(pair), maker(lora_muon(InverseSqrtMethod::eigh), scale), gradients, scale), path),
                50 * error);
    }
  }
}

// The counterpart, with the published settings: under a gauge that is not orthogonal Spectron in both forms, AdamW and Muon on the factors
// move W another way, by far more than what rounding could do.
TEST(GaugeInvariance, FailsForSpectronAdamWAndMuonOnTheFactors) {
  SpectronOptions released;
  released.form = SpectronForm::released;
  AdamWOptions adamw;
  adamw.learning_rate = 0.01;
  for (const AnyOptions& options : std::vector<AnyOptions>{SpectronOptions{}, released, adamw, FactorMuonOptions{}, MuonOptions{}}) {
    for (auto c : roomy_cases(20, 51, 1e6)) {
      c.condition = std::max(4.0, c.type == torch::kFloat ? std::min(c.condition, 30.0) : c.condition);
      SCOPED_TRACE(name_of(options));
      SCOPED_TRACE(c);
      const double rounding = 50 * c.condition * epsilon(c.type);
      EXPECT_GT(gauge_difference(c, random_gauge(c.r, c.condition), options), std::max(1e-2, 10 * rounding));
      EXPECT_GT(gauge_difference(c, torch::eye(c.r, torch::kDouble) * 9.0, options), 1e-2);
    }
  }
}

}  // namespace
}  // namespace steepest::optim
