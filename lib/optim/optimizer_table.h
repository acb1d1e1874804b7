// optimizer_table.h: every optimizer in one table: what it is, what leaves its path alone, what a step costs. No LibTorch.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "all_options.h"

namespace steepest::optim {

struct OptimizerRow {
  std::string name, summary;
  std::string updates;     ///< "matrices and factors" or "pairs"
  std::string invariance;  ///< gauge changes (A R, B R^-T) that leave its path of W alone: "GL(r)", "O(r)" or "none"
  Cost cost;               ///< of one update with the default options
};

/// One row an optimizer, in the order of AnyOptions, for a pair of this shape.
inline std::vector<OptimizerRow> optimizer_table(const PairShape& shape) {
  std::vector<OptimizerRow> rows;
  const auto add = [&]<class Plain>(const Plain& plain) {
    rows.push_back(
        {Plain::kName, Plain::kSummary, Plain::kTakesMatrices ? "matrices and factors" : "pairs", Plain::kInvariance, plain.cost(shape)});
  };
  [&]<std::size_t... I>(std::index_sequence<I...>) { (add(std::variant_alternative_t<I, AnyOptions>{}), ...); }
  (std::make_index_sequence<std::variant_size_v<AnyOptions>>());
  return rows;
}

}  // namespace steepest::optim
