// flow_options.h: the gradient flows of matrix factorisation and the problem they are followed on, without LibTorch.
#pragma once
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "options/field.h"

namespace steepest::flow {

/// `flow`: the differential equation and the explicit Euler steps that follow it. Step, start scale and shape are those of the toy of
/// arXiv 2602.06385; beta and the singular values are not printed there and are choices.
struct FlowOptions {
  std::string name = "specgf";
  double smoothing = 0.01;
  double l2 = 0.0;
  double time_step = 0.01;
  double end_time = 4.0;
  std::int64_t output_every = 1;

  template <class Visitor>
  void describe(Visitor& visit) {
    using options::field;
    visit(field("name", name)
              .one_of({"specgf", "gradient_flow"})
              .help("spectral gradient flow, or the gradient flow without orthogonaliser"));
    visit(field("smoothing", smoothing)
              .above(0)
              .unit("singular values of the negative gradient of a factor")
              .help("beta of specgf: singular values s become s/sqrt(s^2+beta^2); time_step times the largest singular value of the target "
                    "must stay below it, or the flow chatters around its end"));
    visit(field("l2", l2).at_least(0).unit("singular values of A B").help("lambda: adds (lambda/2)(|A|^2+|B|^2) to the loss"));
    visit(field("time_step", time_step).above(0).unit("time of the flow").help("length of an explicit Euler step"));
    visit(field("end_time", end_time).above(0).unit("time of the flow").help("how far the flow is followed; rounded to whole steps"));
    visit(field("output_every", output_every).at_least(1).observes().unit("steps").help("how often the state is observed"));
  }

  bool spectral() const { return name == "specgf"; }
};

/// `problem`: the target Y = U diag(singular_values) V^T with random orthonormal U, V, and the start of A [rows, rank], B [rank, columns].
struct ProblemOptions {
  std::int64_t rows = 60;
  std::int64_t columns = 70;
  std::int64_t rank = 5;
  std::vector<double> singular_values = {5, 4, 3, 2, 1};
  std::string start = "zero";
  double start_scale = 1e-3;
  std::int64_t starts = 1;

  template <class Visitor>
  void describe(Visitor& visit) {
    using options::field;
    visit(field("rows", rows).at_least(1).at_most(65536).help("rows of the target and of A"));
    visit(field("columns", columns).at_least(1).at_most(65536).help("columns of the target and of B"));
    visit(field("rank", rank).at_least(1).at_most(65536).help("inner size of the factors; at most rows and columns"));
    visit(field("singular_values", singular_values)
              .above(0)
              .help("of the target, in any order; their number is its rank, which may be more or less than `rank`"));
    visit(field("start", start)
              .one_of({"zero", "balanced"})
              .help("zero: A = 0, B = start_scale times a standard normal matrix; balanced: A = start_scale*U, B = start_scale*V^T in the "
                    "target's own leading directions"));
    visit(field("start_scale", start_scale).above(0).help("entries of B (zero), or square root of every mode of A B (balanced)"));
    visit(field("starts", starts)
              .at_least(1)
              .at_most(1e6)
              .help("random starts that are followed together on one target; of more than one, loss and norm are recorded for each start, "
                    "and neither modes nor singular values"));
  }
};

/// Number of explicit Euler steps to end_time.
inline std::int64_t euler_steps(const FlowOptions& flow) { return std::llround(flow.end_time / flow.time_step); }

/// Estimated floating-point operations of a whole run, 2 per multiply-add, observations apart: the products of velocity() (flow.h) and
/// for specgf two thin singular value decompositions per step, 6 p q^2 + 20 q^3 each for a p x q factor (Golub & Van Loan 2013, figure
/// 8.6.1, R-SVD with both bases).
inline double run_flops(const FlowOptions& flow, const ProblemOptions& problem) {
  const double sides = static_cast<double>(problem.rows + problem.columns), r = static_cast<double>(problem.rank);
  const double k = static_cast<double>(problem.singular_values.size());
  double step = 4 * sides * r * (k + r);
  if (flow.spectral()) step += (6 + 2) * sides * r * r + 2 * 20 * r * r * r;  // the decompositions, and U V^T of their bases
  return static_cast<double>(euler_steps(flow)) * static_cast<double>(problem.starts) * step;
}

}  // namespace steepest::flow
