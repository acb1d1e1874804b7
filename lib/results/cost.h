// cost.h: the statistic `cost`: what each cell's optimizer keeps and computes, from its options alone. No run has to have ended.
#pragma once
#include <optional>
#include <vector>

#include "options/field.h"
#include "results/parameter_share.h"
#include "results/study.h"

namespace steepest::results {

struct CostOptions {
  static constexpr const char* kName = "cost";

  template <class Visitor>
  void describe(Visitor&) {}
};

/// Of the hidden matrices of the cell's network, in % of the same matrices trained dense with Muon.
struct CostRow {
  const Cell* cell;  ///< of the study, which must outlive this
  ParameterShare parameters;
  double state_percent;   ///< numbers that the optimizer keeps between steps
  double update_percent;  ///< operations of its step (optim/cost.h)
  /// Its operations in % of the LoRA-Muon paper's count for the plain form with 8 and 7 steps, (6 + 4*8)(m + n)r^2 + (16*7 + 4*8)r^3 a matrix;
  /// not a number for dense cells.
  double paper_percent;
};

struct Costs {
  CostOptions asked;
  std::vector<CostRow> rows;
};

/// One row for each cell of a training whose configuration can be read, in the order of the study.
Costs cost(const Study& study, const CostOptions& asked);

}  // namespace steepest::results
