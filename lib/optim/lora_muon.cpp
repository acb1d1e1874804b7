// lora_muon.cpp: LoRA-Muon, steepest descent on a low-rank weight through its factors.
#include "optim/lora_muon.h"

#include "matrix/inverse_sqrt.h"
#include "matrix/lmo.h"
#include "matrix/spectral_norm.h"
#include "optim/gauge.h"
#include "optim/pair_step.h"

namespace steepest::optim {
namespace {

constexpr double kPseudoInverseCut = 1e-3;
constexpr double kSecondOrderShare = 0.9;  // of rate/2; the rest is room for what the tables and rounding miss

struct Roots {
  at::Tensor A, B;  ///< L with L L^T = S^(-1), or what the remedy puts there
};

/// S_A + mu^2 S_B^(-1) is the Gram matrix of A stacked on mu L_B^T. Its root keeps |L_B^T L_A|_2 below 1/mu, in every gauge.
at::Tensor damped_root(const at::Tensor& A, const at::Tensor& root_B, const LoraMuonOptions& options, double lora_scale) {
  const double mu = options.damping * options.learning_rate / lora_scale;
  return matrix::gram_inverse_root(at::cat({A, (root_B * mu).transpose(-2, -1)}, -2), options.inverse_sqrt);
}

/// [k, 1, 1]: with these roots dA dB^T, of norm rate^2/(4 s q^2) |L_B^T L_A|_2 in W at most, may exceed rate/2. What is not finite may.
at::Tensor may_overshoot(const Roots& roots, const LoraMuonOptions& options, double lora_scale) {
  const double q_squared = 1 - options.learning_rate * options.weight_decay;
  const auto bound = matrix::spectral_norm_bound(at::matmul(roots.B.transpose(-2, -1), roots.A));
  const auto within = bound * (options.learning_rate / (2 * lora_scale * q_squared)) <= kSecondOrderShare;
  return within.logical_not().unsqueeze(-1).unsqueeze(-1);
}

/// The paper's root of S_A, or the damped one for pairs that started at zero or would overshoot now.
Roots chosen_roots(Slot& a, const at::Tensor& root_B, const LoraMuonOptions& options, double lora_scale) {
  const at::Tensor& A = a.value;
  auto& damps = a.state["damps"];
  if (!damps.defined()) damps = at::zeros({A.size(0), 1, 1}, A.options());  // these pairs took their first step under another remedy
  const bool may_look = A.is_cpu();  // elsewhere a look at the numbers would wait for the device
  if (may_look && damps.all().item<bool>()) return {damped_root(A, root_B, options, lora_scale), root_B};
  const Roots plain{matrix::gram_inverse_root(A, options.inverse_sqrt), root_B};
  const auto held = may_overshoot(plain, options, lora_scale).logical_or(damps != 0);
  if (may_look && !held.any().item<bool>()) return plain;
  return {at::where(held, damped_root(A, root_B, options, lora_scale), plain.A), root_B};
}

Roots roots(Slot& a, const Slot& b, const LoraMuonOptions& options, double lora_scale) {
  if (options.zero_factor == ZeroFactor::pseudo_inverse) {
    return {matrix::gram_pseudo_inverse_root(a.value, kPseudoInverseCut), matrix::gram_pseudo_inverse_root(b.value, kPseudoInverseCut)};
  }
  const auto method = options.inverse_sqrt;
  const auto root_B = matrix::gram_inverse_root(b.value, method);
  if (options.zero_factor == ZeroFactor::automatic) return chosen_roots(a, root_B, options, lora_scale);
  if (options.zero_factor == ZeroFactor::damped) return {damped_root(a.value, root_B, options, lora_scale), root_B};
  return {matrix::gram_inverse_root(a.value, method), root_B};
}

}  // namespace

void lora_muon_update(Slot& a, Slot& b, const LoraMuonOptions& options, double lora_scale, std::int64_t step) {
  update_momenta(a, b, options.momentum);
  const auto [root_A, root_B] = roots(a, b, options, lora_scale);
  const auto norm = matrix::UnitaryNorm{options.norm, options.schatten_p};
  const auto method = options.msign;
  // Any root L with L L^T = S^(-1) gives the same direction lmo(m L) L^T; the symmetric one is the paper's.
  const auto direction = [&](const Slot& slot, const at::Tensor& root) {
    return at::matmul(matrix::lmo(at::matmul(slot.state.at("momentum"), root), norm, method), root.transpose(-2, -1));
  };
  const double radius = options.learning_rate / (2 * lora_scale);
  auto delta_A = direction(a, root_B) * radius, delta_B = direction(b, root_A) * radius;
  if (options.zero_factor == ZeroFactor::warmup && step < options.warmup_steps) {
    delta_A = delta_A * (2 * a.state.at("moves"));
    delta_B = delta_B * (2 * b.state.at("moves"));
  }
  const double decay = options.learning_rate * options.weight_decay;
  options.decay == DecayForm::split ? split_decay_step(a, b, delta_A, delta_B, decay) : factor_decay_step(a, b, delta_A, delta_B, decay);
  renew_gauge(a, b, options);
}

void LoraMuon::initialize(Batch& batch) const {
  zero_state(batch, "momentum");
  const at::Tensor& A = batch.slots[0].value;
  if (options_of(batch).zero_factor == ZeroFactor::automatic) batch.slots[0].state["damps"] = (A == 0).all(-1, true).all(-2, true).to(A.scalar_type());
  if (options_of(batch).zero_factor != ZeroFactor::warmup) return;
  const auto norm_A = matrix::spectral_norm(batch.slots[0].value), norm_B = matrix::spectral_norm(batch.slots[1].value);
  const auto smaller_A = (norm_A <= norm_B).to(norm_A.scalar_type()).unsqueeze(-1).unsqueeze(-1);
  batch.slots[0].state["moves"] = smaller_A;
  batch.slots[1].state["moves"] = 1 - smaller_A;
}

void LoraMuon::update(Batch& batch) const {
  lora_muon_update(batch.slots[0], batch.slots[1], options_of(batch), scale_of(batch), batch.step);
}

}  // namespace steepest::optim
