// carried_moment.cpp: a first moment that is carried from tangent space to tangent space.
#include "optim/carried_moment.h"

namespace steepest::optim {

void initialize_moment(Slot& a, Slot& b) {
  for (auto* slot : {&a, &b}) {
    slot->state["moment"] = at::zeros_like(slot->value);
    slot->state["Q"] = matrix::thin_qr(slot->value).Q;
  }
}

Tangent carry_moment(Slot& a, Slot& b, const Frame& frame, const at::Tensor& grad_A, const at::Tensor& grad_B, double momentum) {
  const Tangent old{a.state.at("moment"), b.state.at("moment")};
  const auto carried = project(frame, as_low_rank(a.state.at("Q"), b.state.at("Q"), old));
  const auto fresh = project_gradient(frame, grad_A, grad_B);
  const Tangent moment{at::lerp(carried.C, fresh.C, 1 - momentum), at::lerp(carried.D, fresh.D, 1 - momentum)};
  a.state["moment"] = moment.C;
  b.state["moment"] = moment.D;
  a.state["Q"] = frame.A.Q;
  b.state["Q"] = frame.B.Q;
  return moment;
}

}  // namespace steepest::optim
