// lora_tsd.cpp: LoRA-TSD, spectral descent in the tangent space of the rank-r matrices.
#include "optim/lora_tsd.h"

#include "optim/gauge.h"
#include "optim/pair_step.h"

namespace steepest::optim {

void lora_tsd_update(Slot& a, Slot& b, const LoraTsdOptions& options, double lora_scale) {
  const auto frame = frame_at(a.value * lora_scale, b.value);
  auto X = carry_moment(a, b, frame, a.grad / lora_scale, b.grad, options.momentum);
  const auto method = options.msign;
  for (std::int64_t i = 0; i < options.iterations; ++i) {
    X = project(frame, msign_low_rank(as_low_rank(frame.A.Q, frame.B.Q, X), method));
  }
  // With C Q_B^T + Q_A D^T these are the two formulas; the frame is of s A, so A's own step is divided by s.
  const auto delta_A = at::matmul(X.C, frame.B.R_inverse.transpose(-2, -1)) * (-options.learning_rate / lora_scale);
  const auto delta_B = at::matmul(X.D, frame.A.R_inverse.transpose(-2, -1)) * -options.learning_rate;
  split_decay_step(a, b, delta_A, delta_B, options.learning_rate * options.weight_decay);
  renew_gauge(a, b, options);
}

void LoraTsd::update(Batch& batch) const {
  lora_tsd_update(batch.slots[0], batch.slots[1], options_of(batch), scale_of(batch));
}

}  // namespace steepest::optim
