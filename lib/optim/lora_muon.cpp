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

struct Roots {
  at::Tensor A, B;  ///< L with L L^T = S^(-1), or what the remedy puts there
};

Roots roots(const Slot& a, const Slot& b, const LoraMuonOptions& options, double lora_scale) {
  const at::Tensor &A = a.value, &B = b.value;
  const auto method = matrix::inverse_sqrt_method(options.inverse_sqrt);
  if (options.zero_factor == "pseudo_inverse") {
    return {matrix::gram_pseudo_inverse_root(A, kPseudoInverseCut), matrix::gram_pseudo_inverse_root(B, kPseudoInverseCut)};
  }
  const auto root_B = matrix::gram_inverse_root(B, method);
  if (options.zero_factor != "damped" && options.zero_factor != "auto") return {matrix::gram_inverse_root(A, method), root_B};
  // S_A + mu^2 S_B^(-1) is the Gram matrix of A stacked on mu L_B^T.
  const double mu = options.damping * options.learning_rate / lora_scale;
  const auto damping = options.zero_factor == "auto" ? root_B * (mu * a.state.at("damps")) : root_B * mu;
  return {matrix::gram_inverse_root(at::cat({A, damping.transpose(-2, -1)}, -2), method), root_B};
}

}  // namespace

void lora_muon_update(Slot& a, Slot& b, const LoraMuonOptions& options, double lora_scale, std::int64_t step) {
  update_momenta(a, b, options.momentum);
  const auto [root_A, root_B] = roots(a, b, options, lora_scale);
  const auto norm = matrix::unitary_norm(options.norm, options.schatten_p);
  const auto method = matrix::msign_method(options.msign);
  // Any root L with L L^T = S^(-1) gives the same direction lmo(m L) L^T; the symmetric one is the paper's.
  const auto direction = [&](const Slot& slot, const at::Tensor& root) {
    return at::matmul(matrix::lmo(at::matmul(slot.state.at("momentum"), root), norm, method), root.transpose(-2, -1));
  };
  const double radius = options.learning_rate / (2 * lora_scale);
  auto delta_A = direction(a, root_B) * radius, delta_B = direction(b, root_A) * radius;
  if (options.zero_factor == "warmup" && step < options.warmup_steps) {
    delta_A = delta_A * (2 * a.state.at("moves"));
    delta_B = delta_B * (2 * b.state.at("moves"));
  }
  const double decay = options.learning_rate * options.weight_decay;
  options.decay == "split" ? split_decay_step(a, b, delta_A, delta_B, decay) : factor_decay_step(a, b, delta_A, delta_B, decay);
  renew_gauge(a, b, options);
}

void LoraMuon::initialize(Batch& batch) const {
  zero_state(batch, "momentum");
  const at::Tensor& A = batch.slots[0].value;
  if (options_of(batch).zero_factor == "auto") batch.slots[0].state["damps"] = (A == 0).all(-1, true).all(-2, true).to(A.scalar_type());
  if (options_of(batch).zero_factor != "warmup") return;
  const auto norm_A = matrix::spectral_norm(batch.slots[0].value), norm_B = matrix::spectral_norm(batch.slots[1].value);
  const auto smaller_A = (norm_A <= norm_B).to(norm_A.scalar_type()).unsqueeze(-1).unsqueeze(-1);
  batch.slots[0].state["moves"] = smaller_A;
  batch.slots[1].state["moves"] = 1 - smaller_A;
}

void LoraMuon::update(Batch& batch) const {
  lora_muon_update(batch.slots[0], batch.slots[1], options_of(batch), scale_of(batch), batch.step);
}

}  // namespace steepest::optim
