// lora_muon.cpp: LoRA-Muon, spectral steepest descent on a low-rank weight through its factors.
#include "optim/lora_muon.h"

#include <cmath>

#include "matrix/inverse_sqrt.h"
#include "matrix/msign.h"
#include "optim/gauge.h"

namespace steepest::optim {

void lora_muon_update(Slot& a, Slot& b, const LoraMuonOptions& options, double lora_scale) {
  const double decay = options.learning_rate * options.weight_decay;
  if (!(decay < 1)) throw std::invalid_argument("lora_muon: learning_rate * weight_decay must be below 1");
  auto& momentum_A = a.state.at("momentum");
  auto& momentum_B = b.state.at("momentum");
  momentum_A = at::lerp(momentum_A, a.grad, 1 - options.momentum);
  momentum_B = at::lerp(momentum_B, b.grad, 1 - options.momentum);

  // Any root L with L L^T = S^(-1) gives the same direction msign(m L) L^T; the symmetric one is the paper's.
  const auto method = matrix::inverse_sqrt_method(options.inverse_sqrt);
  const auto root_A = matrix::gram_inverse_root(a.value, method);
  const auto root_B = matrix::gram_inverse_root(b.value, method);
  const auto polar = matrix::msign_method(options.msign);
  const auto direction_A = at::matmul(matrix::msign(at::matmul(momentum_A, root_B), polar), root_B.transpose(-2, -1));
  const auto direction_B = at::matmul(matrix::msign(at::matmul(momentum_B, root_A), polar), root_A.transpose(-2, -1));

  const double q = std::sqrt(1 - decay);
  const double step = -options.learning_rate / (2 * lora_scale * q);
  a.value = at::add(a.value * q, direction_A, step);
  b.value = at::add(b.value * q, direction_B, step);
  if (options.rebalance > 0) rebalance(a.value, b.value, momentum_A, momentum_B, options.rebalance);
}

void LoraMuon::initialize(Batch& batch) const {
  for (auto& slot : batch.slots) slot.state["momentum"] = at::zeros_like(slot.value);
}

void LoraMuon::update(Batch& batch) const {
  lora_muon_update(batch.slots[0], batch.slots[1], options_of(batch), scale_of(batch));
}

}  // namespace steepest::optim
