// lora_rite.cpp: LoRA-RITE in full, an Adam in the coordinates of the partner's QR factor.
#include "optim/lora_rite.h"

#include "matrix/svd.h"
#include "optim/gauge.h"

namespace steepest::optim {
namespace {

/// beta (1 - beta^(t-1)) / (1 - beta^t): 0 at the first step, so that the moments need no bias correction.
Scalar corrected(double beta, const Scalar& t) { return beta * (1 - pow(beta, t - 1)) / (1 - pow(beta, t)); }

/// min(max_i [lambda_i(V) - lambda_i(P V P^T)]_+, [tr V - tr P V P^T]_+). [k, r, r] -> [k, 1].
at::Tensor escaped_mass(const at::Tensor& V, const at::Tensor& carried) {
  const auto difference = matrix::symmetric_eigen(V).values - matrix::symmetric_eigen(carried).values;
  const auto traces = V.diagonal(0, -2, -1).sum(-1, true) - carried.diagonal(0, -2, -1).sum(-1, true);
  return at::minimum(difference.amax({-1}, /*keepdim=*/true).clamp_min(0.0), traces.clamp_min(0.0));
}

/// The sum over all units, [], or over those of each member, [members]. X: [k, ...].
at::Tensor sum_of_members(const Batch& batch, const at::Tensor& X) {
  return batch.members == 1 ? X.sum() : X.reshape({batch.members, -1}).sum(1);
}

/// Such a number beside units [k, m, r].
at::Tensor beside_units(const Batch& batch, const at::Tensor& number) {
  const auto k = batch.slots.front().value.size(0);
  return batch.members == 1 ? number : number.unsqueeze(1).expand({batch.members, k / batch.members}).reshape({k, 1, 1});
}

}  // namespace

void Rule<LoraRiteOptions>::initialize(Slot& a, Slot& b, const Step<LoraRiteOptions>&) {
  const auto k = a.value.size(0), r = a.value.size(2);
  for (auto* slot : {&a, &b}) {
    slot->state["M"] = at::zeros_like(slot->value);
    slot->state["V"] = at::zeros({k, r, r}, slot->value.options());
    slot->state["Q"] = matrix::thin_qr((slot == &a ? b : a).value).Q;
    slot->state["escaped"] = at::zeros({k, 1}, slot->value.options());
  }
}

void Rule<LoraRiteOptions>::prepare(std::vector<Batch>& batches) {
  at::Tensor total;  // [], or of each member
  for (auto& batch : batches) {
    const auto now = step_of<LoraRiteOptions>(batch);
    for (int i = 0; i < 2; ++i) {
      auto& slot = batch.slots[i];
      const auto partner = matrix::orthonormal_factor(batch.slots[1 - i].value);
      auto coordinates = at::matmul(slot.grad, partner.R_inverse) / now.lora_scale;
      const auto mean_square = coordinates.square().mean({-2, -1}, /*keepdim=*/true);
      coordinates = coordinates.masked_fill(mean_square > now.options.skip_rms * now.options.skip_rms, 0.0);
      const auto square = sum_of_members(batch, coordinates.square()).to(at::kDouble);
      total = total.defined() ? total + square.to(total.device()) : square;
      slot.scratch = {{"gradient", coordinates}, {"Q", partner.Q}, {"R_inverse", partner.R_inverse}};
    }
  }
  if (!total.defined()) return;
  for (auto& batch : batches) {
    const auto factor = (step_of<LoraRiteOptions>(batch).options.clip_norm / total.sqrt()).clamp_max(1.0);
    for (auto& slot : batch.slots) {
      auto& gradient = slot.scratch.at("gradient");
      // A total of zero gives infinity, clamped to 1.
      gradient = gradient * beside_units(batch, factor.to(gradient.device(), gradient.scalar_type()));
    }
  }
}

void Rule<LoraRiteOptions>::update(Slot& a, Slot& b, const Step<LoraRiteOptions>& now) {
  const auto& options = now.options;
  const auto t = now.count + 1;
  const auto b1 = corrected(options.betas[0], t), b2 = corrected(options.betas[1], t);
  for (auto* updated : {&a, &b}) {
    auto& slot = *updated;
    const auto& gradient = slot.scratch.at("gradient");
    auto& V = slot.state.at("V");
    auto& M = slot.state.at("M");
    auto& Q = slot.state.at("Q");
    auto& escaped = slot.state.at("escaped");
    const auto P = at::matmul(slot.scratch.at("Q").transpose(-2, -1), Q);
    const auto back = P.transpose(-2, -1);
    const auto carried = at::matmul(at::matmul(P, V), back);
    if (options.escaped_mass) escaped = (escaped + escaped_mass(V, carried)) * b2;
    const double rows = static_cast<double>(gradient.size(-2));
    V = at::matmul(gradient.transpose(-2, -1), gradient) * ((1 - b2) / rows) + (carried + carried.transpose(-2, -1)) * (b2 / 2);
    const auto [values, Z] = matrix::symmetric_eigen(V);
    const auto weights = ((values.clamp_min(0.0) + escaped).sqrt() + options.eps).reciprocal().unsqueeze(-2);
    const auto whitened = at::matmul(at::matmul(gradient, Z) * weights, Z.transpose(-2, -1));
    M = whitened * (1 - b1) + at::matmul(M, back) * b1;
    Q = slot.scratch.at("Q");
    const auto step = at::matmul(M, slot.scratch.at("R_inverse").transpose(-2, -1)) / now.lora_scale;
    slot.value = slot.value * (1 - now.decay) - step * now.rate;
  }
  renew_gauge(a, b, options);
}

}  // namespace steepest::optim
