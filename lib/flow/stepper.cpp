// stepper.cpp: explicit Euler, which with momentum is the discrete method Muon. Sources: arXiv 2602.06385 (SpecGD, Muon as printed).
#include "flow/stepper.h"

#include "flow/velocity.h"

namespace steepest::flow {
namespace {

class Euler : public Stepper {
 public:
  Euler(const Problem& problem, const FlowOptions& flow, const Factors& start) : problem_(problem), flow_(flow), factors_(start) {
    if (flow.momentum > 0) momentum_ = {at::zeros_like(start.A), at::zeros_like(start.B)};
  }

  void advance() override {
    if (flow_.momentum == 0) {
      factors_ = euler_step(problem_, flow_, factors_);
      return;
    }
    const double gain = flow_.momentum_form == Momentum::sum ? 1 : 1 - flow_.momentum;
    const Factors G = negative_gradient(problem_, flow_.l2, factors_);
    momentum_ = {at::add(momentum_.A * flow_.momentum, G.A, gain), at::add(momentum_.B * flow_.momentum, G.B, gain)};
    const auto [A_dot, B_dot] = orthogonalized(flow_, momentum_);
    factors_ = {at::add(factors_.A, A_dot, flow_.time_step), at::add(factors_.B, B_dot, flow_.time_step)};
  }

  Factors factors() const override { return factors_; }

  std::map<std::string, at::Tensor> state() const override {
    std::map<std::string, at::Tensor> state = {{"A", factors_.A}, {"B", factors_.B}};
    if (flow_.momentum > 0) state.insert({{"momentum_A", momentum_.A}, {"momentum_B", momentum_.B}});
    return state;
  }

  void restore(const std::map<std::string, at::Tensor>& state) override {
    factors_ = {state.at("A"), state.at("B")};
    if (flow_.momentum > 0) momentum_ = {state.at("momentum_A"), state.at("momentum_B")};
  }

 private:
  Problem problem_;
  FlowOptions flow_;
  Factors factors_, momentum_;
};

}  // namespace

Factors euler_step(const Problem& problem, const FlowOptions& options, const Factors& factors) {
  const auto [A_dot, B_dot] = velocity(problem, options, factors);
  return {at::add(factors.A, A_dot, options.time_step), at::add(factors.B, B_dot, options.time_step)};
}

std::unique_ptr<Stepper> make_stepper(const Problem& problem, const FlowOptions& flow, const Factors& start) {
  if (flow.integrator == Integrator::adaptive) return make_adaptive(problem, flow, start);
  return std::make_unique<Euler>(problem, flow, start);
}

}  // namespace steepest::flow
