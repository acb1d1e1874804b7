// lora_tsd.cpp: LoRA-TSD, spectral descent in the tangent space of the rank-r matrices.
#include "optim/lora_tsd.h"

#include "optim/carried_moment.h"
#include "optim/gauge.h"
#include "optim/pair_step.h"

namespace steepest::optim {

void Rule<LoraTsdOptions>::initialize(Slot& a, Slot& b, const Step<LoraTsdOptions>&) { initialize_moment(a, b); }

void Rule<LoraTsdOptions>::update(Slot& a, Slot& b, const Step<LoraTsdOptions>& now) {
  const auto& options = now.options;
  const auto frame = frame_at(a.value * now.lora_scale, b.value);
  auto X = carry_moment(a, b, frame, a.grad / now.lora_scale, b.grad, options.momentum);
  for (std::int64_t i = 0; i < options.iterations; ++i) {
    X = project(frame, msign_low_rank(as_low_rank(frame.A.Q, frame.B.Q, X), options.msign));
  }
  // With C Q_B^T + Q_A D^T these are the two formulas; the frame is of s A, so A's own step is divided by s.
  const auto delta_A = at::matmul(X.C, frame.B.R_inverse.transpose(-2, -1)) * (-now.rate / now.lora_scale);
  const auto delta_B = at::matmul(X.D, frame.A.R_inverse.transpose(-2, -1)) * -now.rate;
  split_decay_step(a, b, delta_A, delta_B, now.decay);
  renew_gauge(a, b, options);
}

}  // namespace steepest::optim
