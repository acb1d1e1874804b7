// spectron.cpp: Spectron, orthogonalised factor steps with a renormalised radius.
#include "optim/spectron.h"

#include <algorithm>
#include <cmath>

#include "matrix/msign.h"
#include "matrix/spectral_norm.h"
#include "optim/gauge.h"
#include "optim/pair_step.h"

namespace steepest::optim {
namespace {

/// rho [k] from the sum of the factors' norms, [k].
at::Tensor radius(const at::Tensor& norms, const Step<SpectronOptions>& now) {
  if (now.options.form != SpectronForm::quadratic) return now.rate / (now.lora_scale * (norms + 1));
  const Scalar area = now.rate / now.lora_scale;
  return (2.0 * area) / (norms + add(norms.square(), at::ones_like(norms), 4.0 * area).sqrt());
}

}  // namespace

void Rule<SpectronOptions>::initialize(Slot& a, Slot& b, const Step<SpectronOptions>&) {
  zero_state(a, b, "momentum");
  for (auto* slot : {&a, &b}) slot->state["u"] = matrix::power_iteration(slot->value, {}, 1).u;
}

void Rule<SpectronOptions>::update(Slot& a, Slot& b, const Step<SpectronOptions>& now) {
  const auto& options = now.options;
  const bool released = options.form == SpectronForm::released;
  const auto method = released ? MsignMethod::newton_schulz5_bfloat16 : options.msign;
  update_momenta(a, b, options.momentum);
  at::Tensor norms;
  for (auto* slot : {&a, &b}) {
    const auto power = matrix::power_iteration(slot->value, slot->state.at("u"), static_cast<int>(options.power_steps));
    slot->state["u"] = power.u;
    norms = norms.defined() ? norms + power.sigma : power.sigma;
  }
  const auto rho = radius(norms, now).unsqueeze(-1).unsqueeze(-1);
  for (auto* slot : {&a, &b}) {
    const auto& average = slot->state.at("momentum");
    const auto direction = matrix::msign(released ? at::lerp(slot->grad, average, options.momentum) : average, method);
    // The released B is stored r x n, so its factor sqrt(max(1, rows/columns)) is 1.
    const double rows = static_cast<double>(slot->value.size(-2)), rank = static_cast<double>(slot->value.size(-1));
    const double factor = released && slot == &a ? std::sqrt(std::max(1.0, rows / rank)) : 1.0;
    slot->value = slot->value * (1 - now.decay) - direction * (rho * factor);
  }
  renew_gauge(a, b, options);
}

}  // namespace steepest::optim
