// flow_options.h: the gradient flows of matrix factorisation and how they are followed, without LibTorch.
#pragma once
#include <array>
#include <cmath>
#include <cstdint>
#include <string>

#include "flow/problem_options.h"
#include "matrix/methods.h"
#include "options/field.h"

namespace steepest::flow {

/// How the differential equation is followed. `euler` with step h is the discrete method itself: SpecGD, gradient descent, or Muon with momentum.
enum class Integrator { euler, adaptive };
constexpr auto choice_names(Integrator) { return std::array{"euler", "adaptive"}; }

/// What a step of Euler's follows: M <- momentum M + G (heavy ball, as arXiv 2602.06385 prints Muon), or M <- momentum M + (1 - momentum) G.
enum class Momentum { sum, ema };
constexpr auto choice_names(Momentum) { return std::array{"sum", "ema"}; }

/// `flow`: the differential equation, and how it is followed. Defaults are those of the toy of arXiv 2602.06385.
struct FlowOptions {
  std::string name = "specgf";
  double smoothing_squared = 1e-8;
  matrix::MsignMethod orthogonalizer = matrix::MsignMethod::svd;
  double l2 = 0.0;
  double momentum = 0.0;
  Momentum momentum_form = Momentum::sum;
  Integrator integrator = Integrator::euler;
  double relative_tolerance = 1e-8;
  double absolute_tolerance = 1e-10;
  double time_step = 0.01;
  double end_time = 4.0;
  std::int64_t output_every = 1;

  template <class Visitor>
  void describe(Visitor& visit) {
    using options::field;
    visit(field("name", name)
              .one_of({"specgf", "gradient_flow"})
              .help("spectral gradient flow, or the gradient flow without orthogonaliser"));
    visit(
        field("smoothing_squared", smoothing_squared)
            .at_least(0)
            .spelled(0, "exact")
            .neutral(1e-4)
            .formerly(
                "smoothing", [](double root) { return root * root; }, [](double square) { return std::sqrt(square); })
            .unit("squared singular values of the negative gradient of a factor")
            .help("beta of specgf as arXiv 2602.06385 prints it: singular values s become s/sqrt(s^2+beta), or with exact 1, and 0 where s "
                  "is 0; Euler's steps settle where time_step times the target's largest singular value is below sqrt(beta), and chatter "
                  "otherwise"));
    visit(field("orthogonalizer", orthogonalizer)
              .one_of({matrix::MsignMethod::svd, matrix::MsignMethod::table, matrix::MsignMethod::polar_express,
                       matrix::MsignMethod::newton_schulz5})
              .help("of specgf: singular values, or a polynomial iteration in their place, which needs smoothing_squared=exact and Euler's "
                    "steps"));
    visit(field("l2", l2).at_least(0).unit("singular values of A B").help("lambda: adds (lambda/2)(|A|^2+|B|^2) to the loss"));
    visit(field("momentum", momentum).at_least(0).below(1).help("of Euler's steps, before the orthogonaliser; 0: none"));
    visit(field("momentum_form", momentum_form)
              .help("sum: M <- momentum*M + G, as the paper prints Muon; ema: M <- momentum*M + (1-momentum)*G"));
    visit(
        field("integrator", integrator)
            .help("euler: explicit steps of time_step, the discrete method itself; adaptive: steps of an implicit method of order 4 under "
                  "error control, for the differential equation itself"));
    visit(field("relative_tolerance", relative_tolerance)
              .at_least(1e-14)
              .below(1)
              .help("of adaptive: error of a step over the size of each entry"));
    visit(field("absolute_tolerance", absolute_tolerance)
              .above(0)
              .unit("entries of A and B")
              .help("of adaptive: error of a step that is allowed besides"));
    visit(field("time_step", time_step)
              .above(0)
              .unit("time of the flow")
              .help("length of an explicit Euler step; of adaptive the time between two points of its output"));
    visit(field("end_time", end_time).above(0).unit("time of the flow").help("how far the flow is followed; rounded to whole steps"));
    visit(field("output_every", output_every).at_least(1).observes().unit("steps").help("how often the state is observed"));
  }

  bool spectral() const { return name == "specgf"; }
  /// sqrt(beta): the singular value that is halfway through the orthogonaliser's rise.
  double smoothing() const { return std::sqrt(smoothing_squared); }
};

/// Number of time steps to end_time.
inline std::int64_t time_steps(const FlowOptions& flow) { return std::llround(flow.end_time / flow.time_step); }

/// Estimated floating-point operations of a whole run, 2 per multiply-add, observations apart: the products of velocity() (velocity.h) and
/// for specgf two thin singular value decompositions per step, 6 p q^2 + 20 q^3 each for a p x q factor (Golub & Van Loan 2013, figure
/// 8.6.1, R-SVD with both bases). Of an adaptive integrator, whose steps are not known beforehand: as if it took Euler's.
inline double run_flops(const FlowOptions& flow, const ProblemOptions& problem) {
  const double sides = static_cast<double>(problem.rows + problem.columns), r = static_cast<double>(problem.rank);
  const double k = static_cast<double>(modes(problem));
  double step = 4 * sides * r * (k + r);
  if (flow.spectral()) step += (6 + 2) * sides * r * r + 2 * 20 * r * r * r;  // the decompositions, and U V^T of their bases
  return static_cast<double>(time_steps(flow)) * static_cast<double>(problem.starts) * step;
}

}  // namespace steepest::flow
