// stepper.h: how a matrix flow is followed, one time step after another.
//
//   const Problem problem = make_problem(options, target_seed);
//   auto stepper = make_stepper(problem, flow, make_starts(options, problem, seed));
//   for (std::int64_t step = 0; step < time_steps(flow); ++step) stepper->advance();
#pragma once
#include <map>
#include <memory>
#include <string>

#include "flow/flow_options.h"
#include "flow/matrix_problem.h"

namespace steepest::flow {

class Stepper {
 public:
  virtual ~Stepper() = default;
  /// flow.time_step further.
  virtual void advance() = 0;
  virtual Factors factors() const = 0;
  /// Everything that the next advance() depends on, by name: a stepper that is given it goes on to the same bits.
  virtual std::map<std::string, at::Tensor> state() const = 0;
  virtual void restore(const std::map<std::string, at::Tensor>& state) = 0;
};

/// A stepper of flow.integrator's kind. `adaptive` throws std::invalid_argument for several starts, float32, momentum, or a polynomial
/// orthogonaliser.
std::unique_ptr<Stepper> make_stepper(const Problem& problem, const FlowOptions& flow, const Factors& start);

/// (A, B) + time_step (A', B'), both from the same point, without momentum. SpecGF is stiff near its end (rate 2 sigma/sqrt(beta)): time_step *
/// sigma_max must stay below sqrt(beta) or the steps chatter there.
Factors euler_step(const Problem& problem, const FlowOptions& options, const Factors& factors);

/// Of kind adaptive, see adaptive.cpp.
std::unique_ptr<Stepper> make_adaptive(const Problem& problem, const FlowOptions& flow, const Factors& start);

}  // namespace steepest::flow
