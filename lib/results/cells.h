// cells.h: the statistic `cells`: what the seeds of every cell come to, and how each cell compares with a baseline.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "options/field.h"
#include "results/baselines.h"
#include "results/statistic.h"

namespace steepest::results {

struct CellOptions {
  static constexpr const char* kName = "cells";
  std::string metric = "validation_loss";
  std::vector<std::string> against;

  template <class Visitor>
  void describe(Visitor& visit) {
    using options::field;
    visit(field("metric", metric).help("what is summarised, by its last value"));
    visit(field("against", against).help("KEY=VALUE: each cell is compared with the one that has these values instead of its own"));
  }
};

struct Comparison {
  Statistic difference;  ///< cell less baseline, paired by seed
  stats::Improvement improvement;
};

/// The cells are those of the study, which must outlive this.
struct CellRow {
  const Cell* cell;
  Counts counts;
  Statistic level;
  const Cell* baseline = nullptr;        ///< the cell itself: this is a baseline
  std::optional<Comparison> comparison;  ///< none without a baseline, for the baseline itself, and where either has no outcome
};

/// One row a cell, in the order of the study.
std::vector<CellRow> cells(const Study& study, const std::string& metric);

/// Compares the rows' cells with what `baselines` says.
void compare(std::vector<CellRow>& rows, const Study& study, const Baselines& baselines, const std::string& metric);

/// The cell with the lowest mean for every cell, among those without diverged or unfinished runs; if all have some, among all.
Baselines against_lowest_mean(const std::vector<CellRow>& rows);

}  // namespace steepest::results
