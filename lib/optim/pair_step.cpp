// pair_step.cpp: what the rules of pairs share: moments, the split weight decay.
#include "optim/pair_step.h"

#include <stdexcept>

namespace steepest::optim {

void zero_state(Slot& a, Slot& b, const char* name) {
  for (auto* slot : {&a, &b}) slot->state[name] = at::zeros_like(slot->value);
}

void update_momenta(Slot& a, Slot& b, double momentum) {
  for (auto* slot : {&a, &b}) slot->state.at("momentum").lerp_(slot->grad, 1 - momentum);
}

void split_decay_step(Slot& a, Slot& b, const at::Tensor& delta_A, const at::Tensor& delta_B, const Scalar& decay) {
  if (!decay.held() && !(decay.number() < 1)) {
    throw std::invalid_argument("split weight decay: learning_rate * weight_decay must be below 1");
  }
  const auto q = sqrt(1 - decay);
  a.value = add(a.value * q, delta_A, 1 / q);
  b.value = add(b.value * q, delta_B, 1 / q);
}

void factor_decay_step(Slot& a, Slot& b, const at::Tensor& delta_A, const at::Tensor& delta_B, const Scalar& decay) {
  a.value = a.value * (1 - decay) + delta_A;
  b.value = b.value * (1 - decay) + delta_B;
}

}  // namespace steepest::optim
