// lora_muon.cpp: LoRA-Muon, steepest descent on a low-rank weight through its factors.
#include "optim/lora_muon.h"

#include "matrix/inverse_sqrt.h"
#include "matrix/lmo.h"
#include "matrix/look.h"
#include "matrix/spectral_norm.h"
#include "optim/gauge.h"
#include "optim/pair_step.h"

namespace steepest::optim {
namespace {

constexpr double kPseudoInverseCut = 1e-3;
constexpr double kSecondOrderShare = 0.9;  // of rate/2; the rest is room for what the tables and rounding miss

using Now = Step<LoraMuonOptions>;

struct Roots {
  at::Tensor A, B;  ///< L with L L^T = S^(-1), or what the remedy puts there
};

/// S_A + mu^2 S_B^(-1) is the Gram matrix of A stacked on mu L_B^T. Its root keeps |L_B^T L_A|_2 below 1/mu, in every gauge.
at::Tensor damped_root(const at::Tensor& A, const at::Tensor& root_B, const Now& now) {
  const auto mu = now.options.damping * now.rate / now.lora_scale;
  return matrix::gram_inverse_root(at::cat({A, (root_B * mu).transpose(-2, -1)}, -2), now.options.inverse_sqrt);
}

/// [k, 1, 1]: with these roots dA dB^T, of norm rate^2/(4 s q^2) |L_B^T L_A|_2 in W at most, may exceed rate/2. What is not finite may.
at::Tensor may_overshoot(const Roots& roots, const Now& now) {
  const auto q_squared = 1 - now.decay;
  const auto bound = matrix::spectral_norm_bound(at::bmm(roots.B.transpose(-2, -1), roots.A));
  const auto within = bound * (now.rate / (2 * now.lora_scale * q_squared)) <= kSecondOrderShare;
  return within.logical_not().unsqueeze(-1).unsqueeze(-1);
}

/// The paper's root of S_A, or the damped one for pairs that started at zero or would overshoot now.
Roots chosen_roots(Slot& a, const at::Tensor& root_B, const Now& now) {
  const at::Tensor& A = a.value;
  auto& damps = a.state["damps"];
  if (!damps.defined()) damps = at::zeros({A.size(0), 1, 1}, A.options());  // these pairs took their first step under another remedy
  const bool may_look = matrix::may_look(A);
  if (may_look && damps.all().item<bool>()) return {damped_root(A, root_B, now), root_B};
  const Roots plain{matrix::gram_inverse_root(A, now.options.inverse_sqrt), root_B};
  const auto held = may_overshoot(plain, now).logical_or(damps != 0);
  if (may_look && !held.any().item<bool>()) return plain;
  return {at::where(held, damped_root(A, root_B, now), plain.A), root_B};
}

Roots roots(Slot& a, const Slot& b, const Now& now) {
  const auto& options = now.options;
  if (options.zero_factor == ZeroFactor::pseudo_inverse) {
    return {matrix::gram_pseudo_inverse_root(a.value, kPseudoInverseCut), matrix::gram_pseudo_inverse_root(b.value, kPseudoInverseCut)};
  }
  const auto root_B = matrix::gram_inverse_root(b.value, options.inverse_sqrt);
  if (options.zero_factor == ZeroFactor::automatic) return chosen_roots(a, root_B, now);
  if (options.zero_factor == ZeroFactor::damped) return {damped_root(a.value, root_B, now), root_B};
  return {matrix::gram_inverse_root(a.value, options.inverse_sqrt), root_B};
}

}  // namespace

void Rule<LoraMuonOptions>::initialize(Slot& a, Slot& b, const Now& now) {
  zero_state(a, b, "momentum");
  const at::Tensor& A = a.value;
  if (now.options.zero_factor == ZeroFactor::automatic) a.state["damps"] = (A == 0).all(-1, true).all(-2, true).to(A.scalar_type());
  if (now.options.zero_factor != ZeroFactor::warmup) return;
  const auto norm_A = matrix::spectral_norm(A), norm_B = matrix::spectral_norm(b.value);
  const auto smaller_A = (norm_A <= norm_B).to(norm_A.scalar_type()).unsqueeze(-1).unsqueeze(-1);
  a.state["moves"] = smaller_A;
  b.state["moves"] = 1 - smaller_A;
}

void Rule<LoraMuonOptions>::update(Slot& a, Slot& b, const Now& now) {
  const auto& options = now.options;
  update_momenta(a, b, options.momentum);
  const auto [root_A, root_B] = roots(a, b, now);
  const auto norm = matrix::UnitaryNorm{options.norm, options.schatten_p};
  // Any root L with L L^T = S^(-1) gives the same direction lmo(m L) L^T; the symmetric one is the paper's.
  const auto direction = [&](const Slot& slot, const at::Tensor& root) {
    return matrix::preconditioned_lmo(slot.state.at("momentum"), root, norm, options.msign);
  };
  const Scalar radius = now.rate / (2 * now.lora_scale);
  auto delta_A = direction(a, root_B) * radius, delta_B = direction(b, root_A) * radius;
  const auto warmup = static_cast<double>(options.warmup_steps);
  if (options.zero_factor == ZeroFactor::warmup && (now.count.held() || now.count.number() < warmup)) {
    const auto warm = indicator_below(now.count, warmup, a.value);
    delta_A = delta_A * (1 + warm * (2 * a.state.at("moves") - 1));  // twice the step or none while it is warm, once after that
    delta_B = delta_B * (1 + warm * (2 * b.state.at("moves") - 1));
  }
  const auto decayed_step = options.decay == DecayForm::split ? split_decay_step : factor_decay_step;
  decayed_step(a, b, delta_A, delta_B, now.decay);
  renew_gauge(a, b, options);
}

}  // namespace steepest::optim
