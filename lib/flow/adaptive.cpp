// adaptive.cpp: a flow under error control, by an implicit method, since it is stiff near its end. It is followed in the dimensions that it never
// leaves (reduced.h), so that the linear systems have r (p + q) unknowns.
#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "flow/reduced.h"
#include "flow/rodas.h"
#include "flow/stepper.h"
#include "flow/velocity.h"
#include "flow/velocity_jacobian.h"

namespace steepest::flow {
namespace {

/// The exact orthogonaliser jumps where a mode arrives. Its flow is the limit of the smoothed ones: sqrt(beta) over the target's largest
/// singular value, at which it is followed.
constexpr double kExactSmoothing = 1e-8;

/// The start changes fast where a factor is zero: what is tried first, over the root of the target's largest singular value, a time in which
/// SpecGF grows.
constexpr double kFirstStep = 1e-6;

std::vector<double> entries(const at::Tensor& tensor) {
  const auto host = tensor.contiguous();
  return {host.data_ptr<double>(), host.data_ptr<double>() + host.numel()};
}

class Adaptive : public Stepper {
 public:
  Adaptive(const Problem& problem, const FlowOptions& flow, const Factors& start)
      : flow_(smoothed(flow, problem)), reduced_(reduced(problem, start)), in_A_(reduced_.start.A.numel()),
        unknowns_(in_A_ + reduced_.start.B.numel()), directions_(unpacked(at::eye(unknowns_, at::kDouble))),
        method_({[this](const std::vector<double>& x) { return velocity_at(x); },
                 [this](const std::vector<double>& x) { return jacobian_at(x); }},
                entries(packed(reduced_.start)), kFirstStep * std::sqrt(problem.sigma.max().item<double>()),
                {flow.relative_tolerance, flow.absolute_tolerance}) {}

  void advance() override {
    ++outputs_;
    method_.reach(time());
  }

  Factors factors() const override { return reduced_.full(point(method_.at(time()))); }

  std::map<std::string, at::Tensor> state() const override {
    return {{"method", at::tensor(method_.memory(), at::kDouble)}, {"outputs", at::tensor(outputs_, at::kLong)}};
  }

  void restore(const std::map<std::string, at::Tensor>& state) override {
    outputs_ = state.at("outputs").item<std::int64_t>();
    method_.restore(entries(state.at("method")));
  }

 private:
  static FlowOptions smoothed(FlowOptions flow, const Problem& problem) {
    const bool exact = flow.smoothing_squared == 0;
    // By its root, as a run's identity has it.
    flow.smoothing_squared = std::pow(exact ? kExactSmoothing * problem.sigma.max().item<double>() : flow.smoothing(), 2);
    return flow;
  }

  double time() const { return static_cast<double>(outputs_) * flow_.time_step; }

  std::vector<double> velocity_at(const std::vector<double>& x) const {
    return entries(packed(velocity(reduced_.problem, flow_, point(x))));
  }

  std::vector<double> jacobian_at(const std::vector<double>& x) const {
    return entries(packed(velocity_derivative(reduced_.problem, flow_, point(x), directions_)).t());  // a row for each direction
  }

  /// Both factors as one vector, or as many as there are directions.
  at::Tensor packed(const Factors& factors) const { return at::cat({factors.A.flatten(-2), factors.B.flatten(-2)}, -1); }

  Factors unpacked(const at::Tensor& rows) const {
    const auto part = [&](std::int64_t from, const at::Tensor& like) {
      auto shape = rows.sizes().vec();
      shape.pop_back();
      shape.insert(shape.end(), like.sizes().begin(), like.sizes().end());
      return rows.narrow(-1, from, like.numel()).reshape(shape);
    };
    return {part(0, reduced_.start.A), part(in_A_, reduced_.start.B)};
  }

  Factors point(const std::vector<double>& x) const { return unpacked(at::tensor(x, at::kDouble)); }

  FlowOptions flow_;
  Reduced reduced_;
  std::int64_t in_A_, unknowns_, outputs_ = 0;
  Factors directions_;
  Rodas method_;
};

}  // namespace

std::unique_ptr<Stepper> make_adaptive(const Problem& problem, const FlowOptions& flow, const Factors& start) {
  const bool fits =
      start.A.dim() == 2 && start.A.scalar_type() == at::kDouble && flow.momentum == 0 && flow.orthogonalizer == matrix::MsignMethod::svd;
  if (!fits) throw std::invalid_argument("integrator=adaptive follows one start in float64, without momentum, by singular values");
  return std::make_unique<Adaptive>(problem, flow, start);
}

}  // namespace steepest::flow
