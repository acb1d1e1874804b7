// problem_options.h: the targets and starts of matrix factorisation, without LibTorch.
#pragma once
#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "options/field.h"

namespace steepest::flow {

/// `problem`: the target Y = U diag(singular_values) V^T with random orthonormal U, V, and the start of A [rows, rank], B [rank, columns].
/// Defaults are the toy of arXiv 2602.06385.
struct ProblemOptions {
  std::int64_t rows = 60;
  std::int64_t columns = 70;
  std::int64_t rank = 5;
  std::vector<double> singular_values = {8, 5, 3, 1.5, 0.7};
  double noise = 0.0;
  std::string start = "zero";
  double start_scale = 1e-3;
  double start_gauge = 1.0;
  std::int64_t without_mode = 1;
  std::int64_t starts = 1;

  template <class Visitor>
  void describe(Visitor& visit) {
    using options::field;
    visit(field("rows", rows).at_least(1).at_most(65536).help("rows of the target and of A"));
    visit(field("columns", columns).at_least(1).at_most(65536).help("columns of the target and of B"));
    visit(field("rank", rank).at_least(1).at_most(65536).help("inner size of the factors; at most rows and columns"));
    visit(field("singular_values", singular_values)
              .above(0)
              .neutral({5, 4, 3, 2, 1})
              .help("of the target, in any order; their number is its rank, which may be more or less than `rank`"));
    visit(field("noise", noise)
              .at_least(0)
              .help("standard deviation of normal entries that are added to the target; its modes are then those of the sum"));
    visit(field("start", start)
              .one_of({"zero", "gaussian", "balanced", "saddle"})
              .help("zero: A = 0, B = start_scale times a standard normal matrix; gaussian: both such; balanced: A = start_scale*U, B = "
                    "start_scale*V^T in the target's own leading directions; saddle: the target without one of its modes, and both "
                    "factors gaussian on top of it"));
    visit(field("start_scale", start_scale)
              .at_least(0)
              .help("entries of the random part, or square root of every mode of A B (balanced); 0: only at a saddle, the saddle itself"));
    visit(field("start_gauge", start_gauge).above(0).help("c of a start (c A, B/c): badly scaled factors, far from 1"));
    visit(field("without_mode", without_mode).at_least(1).help("the mode that a start at a saddle lacks, 1 the largest"));
    visit(field("starts", starts)
              .at_least(1)
              .at_most(1e6)
              .help("random starts that are followed together on one target; of more than one, loss and norm are recorded for each start, "
                    "and neither modes nor singular values"));
  }

  /// Whether two starts of one target differ.
  bool random_start() const { return start != "balanced" && start_scale > 0; }
};

/// Modes of the target: those of singular_values, or with noise as many as there can be.
inline std::int64_t modes(const ProblemOptions& problem) {
  return problem.noise > 0 ? std::min(problem.rows, problem.columns) : static_cast<std::int64_t>(problem.singular_values.size());
}

}  // namespace steepest::flow
