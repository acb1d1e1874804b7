// factors.h: the norms of the factors of every low-rank matrix, and their gauge. No LibTorch.
#pragma once
#include <memory>

#include "probe/interval.h"

namespace steepest::probe {

class Probe;

/// Of every W = W_pre + s A B^T: factor_norm_A.MATRIX |A|_2, factor_norm_B.MATRIX |B|_2; gauge.MATRIX |A|_2/|B|_2; imbalance.MATRIX
/// |A^T A - B^T B|_F/(|A^T A|_F + |B^T B|_F), 0 where the factors are balanced.
struct FactorsOptions : Interval {
  static constexpr const char* kName = "factors";
};

std::unique_ptr<Probe> make_probe(const FactorsOptions& options);

}  // namespace steepest::probe
